import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Present } from '../../compile/present.ts';
import type { Config, EndpointConfig, ServiceConfig } from '../../config/config.ts';
import { lowerCaseName, type WireName } from '../../dns/name.ts';
import { SUSPICION_DEFAULTS } from '../../health/suspicion.ts';
import type { Verdict } from '../../health/verdict.ts';
import { type Address, formatHostPort } from '../../net/address.ts';
import { systemClock, systemSuspendedMs } from '../../util/clock.ts';
import { stackOf } from '../../util/stack.ts';
import { RegionSlowness } from '../latency/region-slowness.ts';
import type { Log } from '../log.ts';
import type { DoubtChange } from '../probes/doubt.ts';
import { probeKinds } from '../probes/kinds.ts';
import { probesAtOnceMax } from '../probes/open-files.ts';
import { OwnFaults } from '../probes/own-faults.ts';
import { pingTrouble } from '../probes/ping-socket.ts';
import { referenceCheck } from '../probes/references.ts';
import { Reports } from '../probes/reports.ts';
import type { ProbeResult } from '../probes/run.ts';
import { StateFiles } from '../probes/state-files.ts';
import { type AddressChange, TargetResolver } from '../resolving/resolver.ts';
import { openUpstream, type Upstream } from '../resolving/upstream.ts';
import type { PastFailure, Tell } from '../telling/change.ts';
import { Tally } from '../telling/tally.ts';
import { Announcer, type NameUse } from './announcer.ts';
import { Consequences } from './consequences.ts';
import { Prober, type VerdictChange } from './prober.ts';
import type { RegionChange, RegionStatus } from './region-verdicts.ts';
import { type EndpointTarget, targetKeyOf, targetsOf } from './targets.ts';

/** What of a configuration says what is observed. */
type Observed = Pick<Config, 'services' | 'regions' | 'probes' | 'health' | 'server'>;

/** What is known of an address by its probe. */
export interface Probed {
  readonly verdict: Verdict;
  /** For how long that has been so; undefined for what is combined of others. */
  readonly forMs: number | undefined;
  /** The last result that counted. */
  readonly last: ProbeResult | undefined;
  /** The newest first. */
  readonly failures: readonly PastFailure[];
}

/** What first verdicts may take beyond the longest time-out, before answers start without them. */
const FIRST_VERDICTS_GRACE_MS = 250;

/** What resolving names may take before answers start without their addresses. */
const FIRST_ANSWERS_MS_MAX = 3_000;

/**
 * Observes the world while it changes: verdicts, and the addresses behind names. Each change is announced, and passed
 * on by the services that depend on it.
 */
export class Observer {
  readonly #log: Log;
  readonly #onChange: (service: string) => void;
  /** What probes found so far, in numbers. */
  readonly tally = new Tally(Date.now);
  /** And what that says of how fast regions are. */
  readonly slowness = new RegionSlowness(systemClock.nowMs);
  /** What endpoints report of themselves: who takes reports hands them in here. */
  readonly reports = new Reports(systemClock);
  readonly #announcer: Announcer;
  readonly #ownFaults: OwnFaults;
  readonly #prober: Prober<EndpointTarget>;
  readonly #consequences: Consequences;
  readonly #resolver: TargetResolver;
  #upstream: { readonly servers: readonly string[]; readonly opened: Upstream } | undefined;
  #observed: readonly Observed[] = [];
  #isSuspect = false;

  /**
   * @param onChange called with each service whose answers may change.
   * @param tell passes news on to hooks.
   */
  constructor(log: Log, onChange: (service: string) => void, tell: Tell) {
    this.#log = log;
    this.#onChange = onChange;
    this.#announcer = new Announcer(log, tell, this.tally);
    const common = { clock: systemClock, random: Math.random };
    this.#ownFaults = new OwnFaults(systemClock, (fault) => this.#announcer.ownFault(fault));
    const files = new StateFiles(systemClock, (file, why) => this.#log.warn({ file, why }, 'file of states refused'));
    this.#prober = new Prober({
      ...common,
      kinds: probeKinds({ reports: this.reports, files }),
      concurrencyMax: probesAtOnceMax(),
      suspendedMs: systemSuspendedMs,
      doubtBy: { settings: SUSPICION_DEFAULTS },
      onChange: (change) => this.#onVerdict(change),
      onResult: (target, result) => this.#onResult(target, result),
      onDoubt: (change) => this.#onDoubt(change),
      onError: (error) => this.#log.error({ error: stackOf(error) }, 'unexpected error'),
    });
    this.#consequences = new Consequences({
      ...{ clock: systemClock, prober: this.#prober, onService: onChange },
      onRegion: (change) => this.#onRegion(change),
    });
    this.#resolver = new TargetResolver({
      ...common,
      onChange: (change) => this.#onAddresses(change),
      onTrouble: (trouble) => this.#announcer.trouble(trouble, this.#usesOf(trouble.name)),
    });
  }

  /** Observes what these configurations name and nothing else; the resolvers asked are those of the last. */
  observe(...configs: readonly Observed[]): void {
    this.#observed = configs;
    const last = configs.at(-1);
    if (last === undefined) return;
    this.#resolver.setTargets(configs.flatMap(namesIn), this.#upstreamOf(last));
    this.#warnOfIcmp(last);
    const { settings, references } = last.health.suspicion;
    this.#prober.doubtBy({ settings, checkReferences: referenceCheck(references) });
    this.#probe();
  }

  /** Resolves when all that is observed is known, or has had its time. */
  async settle(): Promise<void> {
    await within(FIRST_ANSWERS_MS_MAX, this.#resolver.firstAnswers());
    const timeoutsMs = this.#observed.flatMap(({ probes }) => [...probes.values()].map(({ timeoutMs }) => timeoutMs));
    await within(Math.max(0, ...timeoutsMs) + FIRST_VERDICTS_GRACE_MS, this.#prober.firstVerdicts());
  }

  /** The world as it is seen from a configuration. An address of which nothing is known yet is not down. */
  presentIn(config: Observed): Present {
    const { regions, ttlCaps, shares } = this.#consequences;
    return {
      nowMs: Date.now(),
      isUp: (service, endpoint, address) => {
        const key = targetKeyOf(config, service, endpoint, address);
        return key === undefined || this.#prober.verdict(key) !== 'down';
      },
      // Up all the same, where its own probe says so: it is answered before any that is down.
      isDraining: (_service, { region }) => regions.isDown(region),
      isRegionDown: (region) => regions.isDown(region),
      ttlSecondsMax(service, endpoint, address) {
        const key = targetKeyOf(config, service, endpoint, address);
        return key === undefined ? undefined : ttlCaps.of(key);
      },
      shareFactor: (service, endpoint) => shares.of(service.name, endpoint.name),
      resolved: (name) => this.#resolver.resolved(name),
    };
  }

  /** Whether the prober doubts itself, and last good verdicts are held. */
  get isSuspect(): boolean {
    return this.#isSuspect;
  }

  /** What is known of an address of an endpoint; undefined where nothing is probed. */
  probedIn(config: Observed, service: ServiceConfig, endpoint: EndpointConfig, address: Address): Probed | undefined {
    const key = targetKeyOf(config, service, endpoint, address);
    if (key === undefined) return undefined;
    const status = this.#prober.status(key);
    return {
      verdict: this.#prober.verdict(key),
      forMs: status && Math.max(0, systemClock.nowMs() - status.sinceMs),
      last: status?.lastResult,
      failures: this.tally.lastFailures(key),
    };
  }

  /** What is known of a region as a whole; undefined where nothing is probed in it. */
  regionStatus(name: string): RegionStatus | undefined {
    return this.#consequences.regions.status(name);
  }

  /** Ends all that runs; resolves when nothing of it is left open. */
  async stop(): Promise<void> {
    this.#observed = [];
    this.#consequences.stop();
    this.#resolver.stop();
    await this.#prober.stop();
  }

  #upstreamOf({ server: { resolvers } }: Observed): Upstream {
    const servers = resolvers.map(formatHostPort);
    if (this.#upstream === undefined || !isDeepStrictEqual(servers, this.#upstream.servers)) {
      this.#upstream = { servers, opened: openUpstream(servers) };
    }
    return this.#upstream.opened;
  }

  /** Several configurations, while one replaces another, have most of their targets in common. */
  #probe(): void {
    const targets = this.#observed.flatMap((config) => targetsOf(config, (name) => this.#resolver.resolved(name)));
    const distinct = [...new Map(targets.map((target) => [target.key, target])).values()];
    this.tally.keep(distinct);
    this.slowness.keep(distinct);
    this.#prober.setTargets(distinct);
    const last = this.#observed.at(-1);
    if (last !== undefined) this.#consequences.configure(distinct, last.health);
  }

  #onResult(target: EndpointTarget, result: ProbeResult): void {
    this.tally.record(target, result);
    this.slowness.record(target, result);
    this.#ownFaults.look(result);
    this.#consequences.ttlCaps.look(target);
  }

  #onVerdict(change: VerdictChange<EndpointTarget>): void {
    const { target, from } = change;
    if (from !== 'unknown') this.tally.flip(target);
    this.#announcer.verdict(change);
    for (const { service } of target.uses) this.#onChange(service);
    this.#consequences.ttlCaps.look(target);
    this.#consequences.regions.look(target);
  }

  #onRegion(change: RegionChange): void {
    this.#announcer.region(change);
    for (const { name, endpoints } of this.#observed.at(-1)?.services.values() ?? [])
      if (endpoints.some(({ region }) => region === change.region)) this.#onChange(name);
  }

  #onDoubt(change: DoubtChange): void {
    this.#isSuspect = change.isSuspect;
    this.#announcer.doubt(change);
  }

  /** Every probe will fail for a reason of ours, and count for nothing: that must be said at once, and not by each. */
  #warnOfIcmp({ probes }: Observed): void {
    const names = [...probes].flatMap(([name, { kind }]) => (kind === 'icmp' ? [name] : []));
    const why = names.length > 0 ? pingTrouble() : undefined;
    if (why !== undefined) this.#log.error({ probes: names, why }, 'no ICMP from here; these probes find nothing');
  }

  #onAddresses(change: AddressChange): void {
    this.#probe();
    const uses = this.#usesOf(change.name);
    const resolved = this.#resolver.resolved(change.name);
    this.#announcer.addresses(change, uses, resolved !== undefined && resolved.a.length + resolved.aaaa.length === 0);
    for (const { service } of uses) this.#onChange(service);
  }

  /** The endpoints that are CNAMEs to a name, in the configuration observed last. */
  #usesOf(name: WireName): readonly NameUse[] {
    const services = [...(this.#observed.at(-1)?.services.values() ?? [])];
    return services.flatMap((service) =>
      service.endpoints
        .filter(({ cname }) => cname !== undefined && lowerCaseName(cname) === name)
        .map((endpoint) => ({ service: service.name, endpoint: endpoint.name, region: endpoint.region })),
    );
  }
}

function namesIn({ services }: Observed): readonly WireName[] {
  return [...services.values()].flatMap(({ endpoints }) => endpoints.flatMap(({ cname }) => cname ?? []));
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([work, setTimeout(ms, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
}
