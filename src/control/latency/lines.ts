import { refuseTime } from '../../latency/reports/plausible.ts';
import { type Address, parseAddress } from '../../net/address.ts';
import { embeddedAddress } from '../../net/embedded.ts';
import { formatPrefix, parsePrefix, prefixOf } from '../../net/prefix.ts';
import type { Measurement } from './measurement.ts';
import type { HttpRefusal } from './messages.ts';

/** Whoever sends lines: a browser for its own network, or an agent of the operator's, which is trusted, for others. */
export type Sender =
  | { readonly source: string; readonly isTrusted: false; readonly network: string }
  | { readonly source: string; readonly isTrusted: true };

export interface ReadLines {
  readonly measurements: readonly Measurement[];
  readonly refused: readonly { readonly line: number; readonly why: HttpRefusal }[];
}

/** The network of a client: an IPv4 /24, an IPv6 /56; of an IPv4 address inside an IPv6 one that of the former. */
export function networkOf(address: Address): string {
  const own = embeddedAddress(address) ?? address;
  return formatPrefix(prefixOf(own, own.family === 4 ? 24 : 56));
}

/**
 * Reads lines of JSON: `{"region":"eu-west","rttMs":12.3}`, from who reports for others with
 * `"network":"203.0.113.0/24"` or an address, which is cut to its network. Whatever can't be taken is refused for a
 * reason, and the other lines are read.
 */
export function readLines(
  text: string,
  sender: Sender,
  regions: ReadonlySet<string>,
  linesMax: number,
  nowMs: number,
): ReadLines {
  const measurements: Measurement[] = [];
  const refused: { line: number; why: HttpRefusal }[] = [];
  const { source, isTrusted } = sender;
  for (const [index, line] of text.replace(BYTE_ORDER_MARK, '').split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = measurements.length < linesMax ? readLine(line, regions, sender) : 'too-many-lines';
    if (typeof read === 'string') refused.push({ line: index + 1, why: read });
    else measurements.push({ ...read, source, isTrusted, atMs: nowMs });
  }
  return { measurements, refused };
}

/** Some programs begin a text with it, and a parser may pass it over (RFC 8259 section 8.1). */
const BYTE_ORDER_MARK = /^\uFEFF/;

type Read = Pick<Measurement, 'network' | 'region' | 'rttMs'>;

function readLine(line: string, regions: ReadonlySet<string>, sender: Sender): Read | HttpRefusal {
  const { region, rttMs, network, address } = parsed(line) ?? {};
  if (typeof region !== 'string' || typeof rttMs !== 'number') return 'malformed';
  if (!regions.has(region)) return 'unknown-region';
  const why = refuseTime(rttMs);
  if (why === 'not-positive' || why === 'absurd-time') return why;
  if (!sender.isTrusted) return { network: sender.network, region, rttMs };
  const own = clientNetwork(network ?? address);
  return own === undefined ? 'bad-network' : { region, rttMs, network: own };
}

/** The network of a client, from an address, or from a prefix no shorter than that network. */
function clientNetwork(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const own = parseAddress(value);
  if (own !== undefined) return networkOf(own);
  const network = parsePrefix(value);
  if (!network.ok) return undefined;
  const { address, length } = network.prefix;
  return length >= (address.family === 4 ? 24 : 56) ? networkOf(address) : undefined;
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
