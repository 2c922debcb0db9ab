import { steeredServices } from '../../src/compile/steered.ts';
import type { Config } from '../../src/config/config.ts';
import type { Location } from '../../src/geo/location.ts';
import { type Address, addressWord, formatAddress } from '../../src/net/address.ts';
import { ClientPrefix, hashText, isInShare, rendezvousKey } from '../../src/net/client-prefix.ts';
import { decide } from '../../src/steering/decide.ts';
import type { Decision, EndpointState, Outcome, Tier, World } from '../../src/steering/decision.ts';
import type { WholePlan } from '../../src/steering/plan.ts';
import { planOf } from '../../src/steering/planner.ts';
import type { Circumstances } from './steered-world.ts';

/** What one client may be answered, by {@link decide} alone: without classes, tries and rows. */
export interface ExpectedAnswer {
  readonly rcode: string;
  /** The decision for clients at this place, as far as an answer can come to it. */
  readonly decided: string;
  /** What of it holds for this client: of a canary its side, of sticky endpoints the order. */
  readonly text: string;
  /** The scope cannot be shorter: clients beyond it are told apart. */
  readonly scopeMin: number;
  mayBe(addresses: readonly string[]): boolean;
}

/** The answers of a service whose endpoints have one address of each type. */
export class Expected {
  readonly #plan: WholePlan;
  readonly #world: World;
  /** By leaf. */
  readonly #addresses: readonly string[];
  readonly #prefix = new ClientPrefix();

  constructor(
    config: Config,
    service: string,
    type: 'A' | 'AAAA',
    { down = [], draining = [], nowMs = 0 }: Circumstances,
  ) {
    this.#plan = planOf(service, steeredServices(config));
    const endpointOf = (name: string, endpoint: string | undefined) =>
      config.services.get(name)?.endpoints.find((one) => one.name === endpoint);
    this.#addresses = this.#plan.leaves.map((leaf) => {
      const [address] = endpointOf(leaf.service, leaf.endpoint)?.[type === 'A' ? 'a' : 'aaaa'] ?? [];
      return address === undefined ? '' : formatAddress(address);
    });
    const states = this.#plan.leaves.map(
      ({ endpoint = '' }): EndpointState =>
        down.includes(endpoint) ? 'down' : draining.includes(endpoint) ? 'draining' : 'up',
    );
    this.#world = { nowMs, stateOf: () => 'up', states, wasGood: states.map((state) => state === 'up') };
  }

  of(client: Address, location: Location): ExpectedAnswer {
    const decision = decide(this.#plan, location, this.#world);
    const words = [0, 1, 2, 3].map((index) => (client.family === 4 && index > 0 ? 0 : addressWord(client, index) | 0));
    let scopeMin = 0;
    const hashOf = (ipv4Bits: number, ipv6Bits: number, salt: number): number => {
      this.#prefix.set(client.family, words[0], words[1], words[2], words[3], ipv4Bits, ipv6Bits, salt);
      scopeMin = Math.max(scopeMin, this.#prefix.scopeBits);
      return this.#prefix.hash;
    };
    let side = decision;
    while (side.kind === 'split') {
      const isAlike = textOf(side.inside) === textOf(side.outside);
      const { ipv4Bits, ipv6Bits, perMille, name } = side;
      const isInside =
        !isAlike && isInShare(hashOf(ipv4Bits, ipv6Bits, hashText(name)), Math.round((perMille / 1000) * 2 ** 31));
      side = isInside ? side.inside : side.outside;
    }
    const tiers = neededOf(side);
    if (side.draw.kind === 'sticky' && tiers.some(({ length }) => length > 1)) {
      const hash = hashOf(side.draw.ipv4Bits, side.draw.ipv6Bits, 0);
      return this.#answer(side, decision, this.#stuck(tiers, hash), scopeMin);
    }
    return this.#answer(side, decision, tiers, scopeMin);
  }

  /** Each endpoint a tier of its own, in the order of this client. */
  #stuck(tiers: readonly Tier[], hash: number): readonly Tier[] {
    const keyOf = ({ leaf, weight }: Tier[number]): number => {
      const { service, endpoint = '' } = this.#plan.leaves[leaf];
      return rendezvousKey(hash, hashText(`${service}/${endpoint}`), weight);
    };
    return tiers.flatMap((tier) => [...tier].sort((a, b) => keyOf(a) - keyOf(b)).map((share) => [share]));
  }

  #answer(outcome: Outcome, decision: Decision, tiers: readonly Tier[], scopeMin: number): ExpectedAnswer {
    const count = Math.min(outcome.answers, tiers.flat().length);
    const sets = tiers.map((tier) => tier.map(({ leaf }) => this.#addresses[leaf]));
    return {
      rcode: outcome.kind === 'refuse' ? 'SERVFAIL' : 'NOERROR',
      decided: textOf(decision),
      text: `${outcome.kind} ${isAllDown(outcome)} ${count} ${outcome.draw.kind} ${tiers.map(textOfTier).join('|')}`,
      scopeMin,
      mayBe(addresses) {
        if (addresses.length !== count || new Set(addresses).size !== count) return false;
        let at = 0;
        for (const set of sets) {
          const part = addresses.slice(at, at + set.length);
          if (!part.every((address) => set.includes(address))) return false;
          at += set.length;
        }
        return true;
      },
    };
  }
}

/** The tiers that an answer may come to. */
function neededOf({ tiers, answers }: Outcome): readonly Tier[] {
  let count = 0;
  return tiers.filter((tier) => {
    const isNeeded = count < answers;
    count += tier.length;
    return isNeeded;
  });
}

function textOf(decision: Decision): string {
  if (decision.kind === 'split') {
    const [inside, outside] = [textOf(decision.inside), textOf(decision.outside)];
    const { perMille, name, ipv4Bits, ipv6Bits } = decision;
    return inside === outside ? inside : `${perMille} ${name} ${ipv4Bits} ${ipv6Bits} (${inside}) (${outside})`;
  }
  const tiers = neededOf(decision);
  const draw = tiers.some(({ length }) => length > 1) ? JSON.stringify(decision.draw) : '';
  const count = Math.min(decision.answers, tiers.flat().length);
  return `${decision.kind} ${isAllDown(decision)} ${count} ${draw} ${tiers.map(textOfTier).join('|')}`;
}

function textOfTier(tier: Tier): string {
  const sum = tier.reduce((total, { weight }) => total + weight, 0);
  return tier.map(({ leaf, weight }) => `${leaf}:${(weight / sum).toFixed(6)}`).join(' ');
}

/** Whether the answer says that no endpoint is up. */
function isAllDown({ mode }: Outcome): boolean {
  return mode !== 'normal' && mode !== 'draining';
}
