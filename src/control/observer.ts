import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Present } from '../compile/present.ts';
import type { Config } from '../config/config.ts';
import { lowerCaseName, nameToText, type WireName } from '../dns/name.ts';
import { formatHostPort } from '../net/address.ts';
import { systemClock } from '../util/clock.ts';
import type { Log } from './log.ts';
import { Prober, type VerdictChange } from './prober.ts';
import { type AddressChange, TargetResolver, type Trouble } from './resolver.ts';
import { type EndpointTarget, targetKeyOf, targetsOf } from './targets.ts';
import { openUpstream, type Upstream } from './upstream.ts';

/** What of a configuration says what is observed. */
type Observed = Pick<Config, 'services' | 'probes' | 'server'>;

/** What first verdicts may take beyond the longest time-out, before answers start without them. */
const FIRST_VERDICTS_GRACE_MS = 250;

/** What resolving names may take before answers start without their addresses. */
const FIRST_ANSWERS_MS_MAX = 3_000;

/**
 * What is observed of the world while it changes: verdicts, and the addresses behind names. Each change is a line of the
 * log, and told by the services that depend on it.
 */
export class Observer {
  readonly #log: Log;
  readonly #onChange: (service: string) => void;
  readonly #prober: Prober<EndpointTarget>;
  readonly #resolver: TargetResolver;
  #upstream: { readonly servers: readonly string[]; readonly opened: Upstream } | undefined;
  #observed: readonly Observed[] = [];

  constructor(log: Log, onChange: (service: string) => void) {
    this.#log = log;
    this.#onChange = onChange;
    const common = { clock: systemClock, random: Math.random };
    this.#prober = new Prober({ ...common, onChange: (change) => this.#onVerdict(change) });
    this.#resolver = new TargetResolver({
      ...common,
      onChange: (change) => this.#onAddresses(change),
      onTrouble: (trouble) => this.#onTrouble(trouble),
    });
  }

  /** Observes what these configurations name and nothing else; the resolvers asked are those of the last. */
  observe(...configs: readonly Observed[]): void {
    this.#observed = configs;
    const last = configs.at(-1);
    if (last === undefined) return;
    this.#resolver.setTargets(configs.flatMap(namesIn), this.#upstreamOf(last));
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
    return {
      isUp: (service, endpoint, address) => {
        const key = targetKeyOf(config, service, endpoint, address);
        return key === undefined || this.#prober.verdict(key) !== 'down';
      },
      resolved: (name) => this.#resolver.resolved(name),
    };
  }

  /** Ends all that runs; resolves when nothing of it is left open. */
  async stop(): Promise<void> {
    this.#observed = [];
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
    this.#prober.setTargets([...new Map(targets.map((target) => [target.key, target])).values()]);
  }

  #onVerdict({ target, from, to, reason }: VerdictChange<EndpointTarget>): void {
    const probed = `${target.address} port ${target.port}`;
    for (const { service, region, address } of target.uses) {
      const level = to === 'down' ? 'warn' : 'info';
      this.#log[level]({ service, region, endpoint: address, from, to, why: reason, probed }, `endpoint ${to}`);
      this.#onChange(service);
    }
  }

  #onAddresses({ name, from, to }: AddressChange): void {
    this.#probe();
    const isNews = !isDeepStrictEqual(from, to);
    const resolved = this.#resolver.resolved(name);
    const isNowhere = resolved !== undefined && resolved.a.length + resolved.aaaa.length === 0;
    for (const { service, region } of this.#usesOf(name)) {
      const target = nameToText(name);
      if (isNews) this.#log.info({ service, region, target, from, to }, 'endpoint resolved');
      if (isNowhere) this.#log.warn({ service, region, target }, 'endpoint without address');
      this.#onChange(service);
    }
  }

  #onTrouble({ name, family, reason, kept }: Trouble): void {
    const message = kept.length > 0 ? 'resolving failed; serving the last known addresses' : 'resolving failed';
    for (const { service, region } of this.#usesOf(name)) {
      const type = family === 4 ? 'A' : 'AAAA';
      this.#log.warn({ service, region, target: nameToText(name), type, why: reason, kept }, message);
    }
  }

  /** The endpoints that are CNAMEs to a name, in the configuration observed last. */
  #usesOf(name: WireName): readonly { service: string; region: string }[] {
    const services = [...(this.#observed.at(-1)?.services.values() ?? [])];
    return services.flatMap((service) =>
      service.endpoints
        .filter(({ cname }) => cname !== undefined && lowerCaseName(cname) === name)
        .map(({ region }) => ({ service: service.name, region })),
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
