import { LatencyModel } from '../../../src/latency/model.ts';
import { DEFAULT_CHOICE } from '../../../src/latency/serving/choose.ts';
import { Serving } from '../../../src/latency/serving/serve.ts';
import { Served } from '../../../src/latency/serving/served.ts';
import type { Random } from '../../../src/util/random.ts';
import type { Truth, World } from './truth.ts';

/** A network that asks, and measures. */
export interface Client {
  readonly network: string;
  readonly asn: number;
  readonly country: string;
  readonly continent: string;
  /** True times by region; a scenario may change them. */
  readonly ms: number[];
  /** Its sources, and whether each lies. */
  readonly reporters: { readonly source: string; isLiar: boolean }[];
  /** The region it is sent to. */
  region: number | undefined;
}

/** How a liar's time comes of the true one. */
export type Lie = (trueMs: number, region: number, client: Client) => number;

const PERIOD_MS = 300_000;
const START_MS = 1_800_000_000_000;
const NOISE = 0.2;

/** Clients of a world that report with noise, and a model that sends them somewhere each period. */
export class Simulation {
  readonly clients: readonly Client[];
  readonly model: LatencyModel;
  readonly #serving: Serving;
  readonly #world: World;
  readonly #random: Random;
  #nowMs = START_MS;

  constructor(truth: Truth, world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.clients = world.clients.flatMap((country) => drawClients(truth, world, country, random));
    this.#serving = new Serving(world.regions, DEFAULT_CHOICE);
    this.model = new LatencyModel({ regions: world.regions, countries: truth.countries });
  }

  /**
   * Passes a period: every reporter measures two regions, estimates are made again, and every client chooses. Gives how
   * many moved.
   */
  period(lie?: Lie): number {
    for (const client of this.clients) this.#report(client, lie);
    this.#nowMs += PERIOD_MS;
    const served = new Served(this.#serving.serve(this.model.recompile(this.#nowMs), new Map()));
    let moved = 0;
    for (const client of this.clients) {
      const before = client.region;
      client.region = this.#choose(client, served);
      if (before !== undefined && before !== client.region) moved++;
    }
    return moved;
  }

  #report(client: Client, lie: Lie | undefined): void {
    const { network, asn, country } = client;
    for (const { source, isLiar } of client.reporters) {
      for (let measured = 0; measured < 2; measured++) {
        const region = this.#random.below(client.ms.length);
        const noisy = Math.max(0.1, client.ms[region]! * (1 + NOISE * normal(this.#random)));
        const rttMs = isLiar && lie !== undefined ? lie(noisy, region, client) : noisy;
        const atMs = this.#nowMs + this.#random.below(PERIOD_MS);
        this.model.report({ network, asn, country, region: this.#world.regions[region]!.name, rttMs, source, atMs });
      }
    }
  }

  /** The fastest by the times in force; undefined only where nothing is known, which reports of all rule out. */
  #choose({ network, asn, country }: Client, served: Served): number {
    const times = this.#world.regions.map(({ name }) => served.estimate({ network, asn, country }, name)!.ms);
    return times.indexOf(Math.min(...times));
  }
}

/**
 * Twenty to eighty networks for a country, in one to four autonomous systems that have ways of their own to regions.
 */
function drawClients(truth: Truth, world: World, country: string, random: Random): Client[] {
  const systems = Array.from({ length: 1 + random.below(4) }, () => ({
    asn: 1 + random.below(100_000),
    factors: world.regions.map(() => Math.exp(0.05 * normal(random))),
  }));
  return Array.from({ length: 20 + random.below(60) }, () => {
    const { asn, factors } = systems[random.below(systems.length)]!;
    const network = `${1 + random.below(223)}.${random.below(256)}.${random.below(256)}.0/24`;
    const accessMs = random.below(10);
    return {
      network,
      asn,
      country,
      continent: truth.countries.get(country)!.continent,
      ms: world.ms.get(country)!.map((ms, region) => ms * factors[region]! + accessMs),
      reporters: Array.from({ length: 1 + random.below(4) }, (_, index) => ({
        source: `${network}#${index}`,
        isLiar: false,
      })),
      region: undefined,
    };
  });
}

/** A normal deviate (Box and Muller). */
function normal(random: Random): number {
  const [u, v] = [(random.below(1 << 30) + 1) / (1 << 30), random.below(1 << 30) / (1 << 30)];
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}
