import type { Present } from '../../src/compile/present.ts';
import { CompiledWorld } from '../../src/compile/world.ts';
import type { Config, EndpointConfig, ServiceConfig } from '../../src/config/config.ts';
import type { ClientAddress } from '../../src/dataplane/answering/client.ts';
import type { GeoMap } from '../../src/geo/geomap.ts';
import { type Address, parseAddress } from '../../src/net/address.ts';
import { type Prefix, parsePrefix, prefixLengthMax } from '../../src/net/prefix.ts';
import type { PrefixTrie } from '../../src/net/trie.ts';
import { FORM_TABLE, NO_TRIE, SERVICE_FORM } from '../../src/snapshot/service.ts';
import type { Knowledge } from '../../src/steering/step.ts';
import { query, subnetOption } from './ask.ts';
import { rcodeText } from './case.ts';
import { InProcess } from './in-process.ts';
import { readMessage } from './message.ts';

/** How things are. Endpoints by name, or by `service/endpoint`. */
export interface Circumstances {
  readonly down?: readonly string[];
  readonly draining?: readonly string[];
  readonly nowMs?: number;
}

export interface SteeredAnswer {
  readonly rcode: string;
  /** Addresses, or the name of a CNAME, in their order. */
  readonly addresses: readonly string[];
  /** Of the client subnet. */
  readonly scope: number;
  readonly ttlSeconds: number | undefined;
}

/** A configuration and a map of the world that answer as a worker does, without sockets and probes. */
export class SteeredWorld {
  readonly compiled: CompiledWorld;
  readonly #answering: InProcess;

  constructor(config: Config, map: GeoMap, circumstances: Circumstances = {}, seed = 1, knowledge?: Knowledge) {
    this.compiled = new CompiledWorld(config, map, knowledge);
    this.#answering = new InProcess(this.compiled.compileAll(presentOf(circumstances)), SETTINGS, () => 0, seed);
  }

  become(circumstances: Circumstances): void {
    this.#answering.publish(this.compiled.compileAll(presentOf(circumstances)));
  }

  /** As after a changed verdict: only what depends on a service is compiled, as fast as it can be. */
  becomeUrgently(service: string, circumstances: Circumstances): void {
    this.#answering.publish(this.compiled.compileServices([service], presentOf(circumstances)));
  }

  /** Compiles again what was compiled in a hurry. */
  refine(circumstances: Circumstances): void {
    while (this.compiled.isRough) this.#answering.publish(this.compiled.refineOne(presentOf(circumstances)));
  }

  /** Asks as a resolver that says for which network it asks: an address, or one with a prefix length. */
  ask(question: string, client: string | Address | Prefix): SteeredAnswer {
    const { address, length } = networkOf(client);
    const family = address.family === 4 ? 1 : 2;
    const octets = Buffer.from(address.bytes.subarray(0, Math.ceil(length / 8))).toString('hex');
    const message = query(question, { edns: { payloadBytes: 4096, options: [subnetOption(family, length, octets)] } });
    const { rcode, answer, opt } = readMessage(this.#answering.answer(message, SOURCE).slice());
    const [, subnet = ''] = opt?.options.find(([code]) => code === 8) ?? [];
    const fields = answer.map((line) => line.split(' '));
    return {
      rcode: rcodeText(rcode),
      addresses: fields.map((words) => words.at(-1) ?? ''),
      scope: Number.parseInt(subnet.slice(6, 8), 16),
      ttlSeconds: fields[0] === undefined ? undefined : Number(fields[0][1]),
    };
  }

  /** How many networks a service's answers for IPv4 addresses tell apart: leaves of its trie, those of IPv4 once. */
  networksOf(service: string): number {
    const slot = this.compiled.serviceNames.indexOf(service);
    const { services, tries } = this.#answering.snapshot;
    const words = services[slot]?.words ?? new Int32Array();
    const trieSlot = words[words[SERVICE_FORM.A] + FORM_TABLE.TRIE];
    return trieSlot === NO_TRIE ? 1 : leafCount(tries[trieSlot]);
  }

  /** Draws for many clients, quickly: of each answer the last octet of the first IPv4 address. */
  drawEach(name: string, clients: readonly Address[]): Uint8Array {
    // All but the address stays as it is, and that is the last of the message.
    const byFamily = new Map(
      [4, 6].map((family) => {
        const [code, octets] = family === 4 ? [1, 4] : [2, 16];
        const options = [subnetOption(code, octets * 8, '00'.repeat(octets))];
        return [family, query(`${name} A`, { edns: { payloadBytes: 4096, options } })];
      }),
    );
    const questionEnd = query(`${name} A`).length;
    return Uint8Array.from(clients, ({ family, bytes }) => {
      const message = byFamily.get(family) ?? Buffer.of();
      message.set(bytes, message.length - bytes.length);
      const response = this.#answering.answer(message, SOURCE);
      if (response.length < questionEnd + A_RECORD_BYTES) throw new Error('there is no answer');
      return response[questionEnd + A_RECORD_BYTES - 1];
    });
  }
}

function presentOf({ down = [], draining = [], nowMs = 0 }: Circumstances): Present {
  const isIn = (list: readonly string[], service: ServiceConfig, endpoint: EndpointConfig): boolean =>
    list.includes(endpoint.name) || list.includes(`${service.name}/${endpoint.name}`);
  return {
    nowMs,
    isUp: (service, endpoint) => !isIn(down, service, endpoint),
    isDraining: (service, endpoint) => isIn(draining, service, endpoint),
    resolved: () => undefined,
  };
}

/** A pointer to the name, type, class, TTL, length, and an IPv4 address. */
const A_RECORD_BYTES = 16;

const SETTINGS = { cookies: { secrets: [new Uint8Array(16)], isRequired: false } };

const SOURCE = {
  isStream: false,
  resolverAddress(into: ClientAddress): void {
    into.setAddress({ family: 4, bytes: Uint8Array.of(192, 0, 2, 1) });
  },
};

function leafCount({ nodes, root4, root6 }: PrefixTrie): number {
  const count = (record: number): number => {
    if (record < 0) return 1;
    if (record === root4) return 0; // an embedded form, whose networks are those of IPv4
    return count(nodes[2 * record]) + count(nodes[2 * record + 1]);
  };
  return root4 < 0 ? 1 + count(root6) : count(nodes[2 * root4]) + count(nodes[2 * root4 + 1]) + count(root6);
}

function networkOf(client: string | Address | Prefix): Prefix {
  if (typeof client !== 'string') {
    return 'address' in client ? client : { address: client, length: prefixLengthMax(client) };
  }
  const parsed = parsePrefix(client.includes('/') ? client : `${client}/${client.includes(':') ? 128 : 32}`);
  if (!parsed.ok) throw new Error(`${client} is no network: ${parsed.reason}`);
  return parsed.prefix;
}

export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}
