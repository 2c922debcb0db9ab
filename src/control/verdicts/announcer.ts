import { isDeepStrictEqual } from 'node:util';
import { nameToText } from '../../dns/name.ts';
import type { Log } from '../log.ts';
import type { DoubtChange } from '../probes/doubt.ts';
import type { OwnFault } from '../probes/own-faults.ts';
import type { AddressChange, Trouble } from '../resolving/resolver.ts';
import type { Tell } from '../telling/change.ts';
import type { Tally } from '../telling/tally.ts';
import type { VerdictChange } from './prober.ts';
import type { RegionChange } from './region-verdicts.ts';
import type { EndpointTarget, TargetUse } from './targets.ts';

/** An endpoint that is a CNAME to a name. */
export type NameUse = Pick<TargetUse, 'service' | 'endpoint' | 'region'>;

/** Says what is observed: a line of the log for each endpoint or region that it is about, and a word to hooks. */
export class Announcer {
  readonly #log: Log;
  readonly #tell: Tell;
  readonly #tally: Pick<Tally, 'lastFailures'>;

  /** @param tally where the last failures of a target are found. */
  constructor(log: Log, tell: Tell, tally: Pick<Tally, 'lastFailures'>) {
    this.#log = log;
    this.#tell = tell;
    this.#tally = tally;
  }

  verdict({ target, from, to, reason }: VerdictChange<EndpointTarget>): void {
    const probed = `${target.address} port ${target.port}`;
    const failures = to === 'down' ? this.#tally.lastFailures(target.key) : [];
    for (const { service, region, endpoint, address } of target.uses) {
      const level = to === 'down' ? 'warn' : 'info';
      const facts = { service, endpoint, region, address, from, to, why: reason, probed };
      this.#log[level]({ ...facts, ...(to === 'down' && { failures }) }, `endpoint ${to}`);
      // That what is new works is no news; that it doesn't is.
      if (from !== 'unknown' || to === 'down')
        this.#tell({ kind: 'verdict', service, region, endpoint, address, from, to, why: reason, failures });
    }
  }

  region({ region, isDown, why, keys }: RegionChange): void {
    const failures = keys.flatMap((key) => this.#tally.lastFailures(key));
    const facts = { region, why, ...(failures.length > 0 && { failures }) };
    this.#log[isDown ? 'warn' : 'info'](facts, `region ${isDown ? 'down' : 'up'}`);
    this.#tell({ kind: 'region', region, to: isDown ? 'down' : 'up', why, failures });
  }

  doubt(change: DoubtChange): void {
    const { isSuspect, ...facts } = change;
    this.#tell({ kind: 'doubt', isSuspect, why: change.isSuspect ? 'most endpoints fail at once' : change.why });
    if (isSuspect)
      this.#log.error(facts, 'most endpoints fail at once: the prober is suspect, last good verdicts are held');
    else this.#log.warn(facts, 'the prober is trusted again');
  }

  ownFault({ isThrown, ...facts }: OwnFault): void {
    if (isThrown) this.#log.error(facts, 'a probe threw: a mistake in its code');
    else this.#log.warn(facts, 'probes without a finding; verdicts stay as they are');
  }

  /** @param isNowhere whether the name has no addresses at all by now. */
  addresses({ name, from, to }: AddressChange, uses: readonly NameUse[], isNowhere: boolean): void {
    const target = nameToText(name);
    for (const use of uses) {
      if (!isDeepStrictEqual(from, to)) this.#log.info({ ...use, target, from, to }, 'endpoint resolved');
      if (isNowhere) this.#log.warn({ ...use, target }, 'endpoint without address');
    }
  }

  trouble({ name, family, reason, kept }: Trouble, uses: readonly NameUse[]): void {
    const message = kept.length > 0 ? 'resolving failed; serving the last known addresses' : 'resolving failed';
    const type = family === 4 ? 'A' : 'AAAA';
    for (const use of uses) this.#log.warn({ ...use, target: nameToText(name), type, why: reason, kept }, message);
  }
}
