import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { ClientNetworks } from '../../../../src/control/latency/forwarded.ts';
import { BOUNDS, type Bounds, latencyServer } from '../../../../src/control/latency/latency-server.ts';
import type { Measurement } from '../../../../src/control/latency/measurement.ts';
import type { HttpRefusal } from '../../../../src/control/latency/messages.ts';
import { credentialsDigest } from '../../../../src/control/latency/reception.ts';
import { RequestLimit } from '../../../../src/control/latency/request-limit.ts';
import { beaconScript } from '../../../../src/control/latency/script.ts';
import { parsePrefix } from '../../../../src/net/prefix.ts';

export const TOKEN = '0123456789abcdef0123456789abcdef';

export interface Serving {
  readonly bounds?: Partial<Bounds>;
  readonly proxies?: readonly string[];
  readonly reportsPerMinute?: number;
  /** By region; those that reports may be for. */
  readonly objects?: ReadonlyMap<string, string>;
}

const OBJECTS = new Map(['eu', 'us'].map((region) => [region, `https://${region}.example.com/dot.gif`]));

/** A real server for the public, and what it has taken and refused. */
export async function serving({ bounds, proxies = [], reportsPerMinute = 10_000, objects = OBJECTS }: Serving = {}) {
  const taken: Measurement[] = [];
  const refused: HttpRefusal[] = [];
  const events = new EventEmitter();
  const prefixes = proxies.flatMap((text) => {
    const read = parsePrefix(text);
    return read.ok ? [read.prefix] : [];
  });
  const reception = {
    clients: new ClientNetworks(prefixes),
    regions: new Set(objects.keys()),
    agents: new Map([[credentialsDigest(`Bearer ${TOKEN}`), 'eu-1']]),
    script: () => beaconScript(objects, () => 0),
    reportsPerMinute,
    limit: new RequestLimit('salt'),
    take: (measurement: Measurement) => {
      taken.push(measurement);
      events.emit('taken');
    },
    refuse: (why: HttpRefusal) => {
      refused.push(why);
      events.emit('refused');
    },
  };
  const server = latencyServer(() => reception, { ...BOUNDS, ...bounds });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, taken, refused },
    /** Resolve with the next of them. */
    ...{ refusal: () => once(events, 'refused'), taking: () => once(events, 'taken') },
    opened: async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      return socket;
    },
    /** Sends octets, one part after the other, and gives all that comes back until the connection is closed. */
    said: (...parts: readonly (string | Buffer)[]): Promise<string> => exchanged(port, parts, false),
    /** The same, of who says that it sends no more. */
    saidAtEnd: (...parts: readonly (string | Buffer)[]): Promise<string> => exchanged(port, parts, true),
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function exchanged(port: number, parts: readonly (string | Buffer)[], isEnded: boolean): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  for (const part of parts) socket.write(part);
  if (isEnded) socket.end();
  if (!socket.closed) await once(socket, 'close');
  return text;
}

/** The statuses of replies, without those that only say to go on. */
export const statusesIn = (text: string): readonly number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => Number(status)).filter((status) => status !== 100);
