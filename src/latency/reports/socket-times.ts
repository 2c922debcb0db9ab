/** What the kernel knows of one connection of a client. */
export interface SocketTime {
  /** The client's address. */
  readonly address: string;
  readonly localPort: number;
  /** Smoothed round-trip time (RFC 6298). */
  readonly rttMs: number;
}

/**
 * An address and a port at the end of a word: `203.0.113.7:443`, `[::ffff:203.0.113.7]:443`, with an interface or
 * without.
 */
const ENDPOINT = /^\[?([0-9a-fA-F.:]+)(?:%[^\]:]+)?\]?:(\d+)$/;

/**
 * Reads line by line what `ss -tinH state established` prints: a line for a connection, and behind it, or indented in
 * the next, what is known of it. The function that is given back takes a line, and gives a connection where that
 * completes one. What is of another form is passed over.
 */
export function socketReader(): (line: string) => SocketTime | undefined {
  let ends: Ends | undefined;
  return (line) => {
    if (!/^\s/.test(line)) ends = endsIn(line);
    const rtt = /\srtt:(\d+(?:\.\d+)?)\//.exec(line);
    if (ends === undefined || rtt === null) return undefined;
    const found = { ...ends, rttMs: Number(rtt[1]) };
    ends = undefined;
    return found;
  };
}

type Ends = Pick<SocketTime, 'address' | 'localPort'>;

/** The local and then the remote end are the first two words that look like one. */
function endsIn(line: string): Ends | undefined {
  const [local, remote] = line.split(/\s+/).flatMap((word) => {
    const [, address, port] = ENDPOINT.exec(word) ?? [];
    return address === undefined ? [] : [{ address, port: Number(port) }];
  });
  return local === undefined || remote === undefined ? undefined : { address: remote.address, localPort: local.port };
}

/** By network the middle of its clients' times: one in a train does not speak for its network. */
export function timesByNetwork(
  times: readonly SocketTime[],
  networkOf: (address: string) => string | undefined,
): ReadonlyMap<string, number> {
  const byNetwork = new Map<string, number[]>();
  for (const { address, rttMs } of times) {
    const network = networkOf(address);
    if (network === undefined) continue;
    const list = byNetwork.get(network);
    if (list === undefined) byNetwork.set(network, [rttMs]);
    else list.push(rttMs);
  }
  return new Map([...byNetwork].map(([network, list]) => [network, middleOf(list)]));
}

function middleOf(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}
