import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ListenAddress, TransportName } from '../../snapshot/messages.ts';
import type { Problem } from '../../util/problem.ts';

/** Workers could not open their sockets. */
export class ListenError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ found }) => found).join('; '));
    this.problems = problems;
  }
}

/**
 * Whether the addresses are free, found by binding them exclusively for a moment. Workers share ports among themselves,
 * so without this a second Aya would quietly take half of the first one's queries.
 */
export async function findTaken(listen: readonly ListenAddress[]): Promise<readonly Problem[]> {
  const problems = await Promise.all(
    listen.flatMap((address) => address.over.map((transport) => PROBES[transport](address, transport))),
  );
  return problems.filter((problem) => problem !== undefined);
}

const PROBES = { UDP: probeUdp, TCP: probeTcp, TLS: probeTcp } satisfies Record<TransportName, unknown>;

async function probeUdp(listen: ListenAddress, transport: TransportName): Promise<Problem | undefined> {
  const isIpv6 = listen.family === 6;
  const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 });
  socket.bind({ port: listen.port, address: listen.host, exclusive: true });
  const problem = await outcome(once(socket, 'listening'), listen, transport);
  socket.close();
  return problem;
}

async function probeTcp(listen: ListenAddress, transport: TransportName): Promise<Problem | undefined> {
  const server = createServer();
  server.listen({ port: listen.port, host: listen.host, ipv6Only: listen.family === 6, exclusive: true });
  const problem = await outcome(once(server, 'listening'), listen, transport);
  if (problem === undefined) await new Promise((resolve) => server.close(resolve));
  return problem;
}

async function outcome(
  attempt: Promise<unknown>,
  listen: ListenAddress,
  transport: string,
): Promise<Problem | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return listenProblem(
      listen,
      transport,
      error instanceof Error && 'code' in error ? String(error.code) : String(error),
    );
  }
}

const MORE_FILES = 'more files that may be open at once (LimitNOFILE= in the unit, or ulimit -n)';

/** What would be right, by the operating system's word for what is wrong. */
export const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'an address and port that no other program has (is Aya or another name server running there? `aya serve --takeover` takes the place of an Aya)',
  EACCES: 'a port from 1024 on, or the right to bind lower ones (CAP_NET_BIND_SERVICE)',
  EADDRNOTAVAIL: 'an address of this machine',
  EMFILE: MORE_FILES,
  ENFILE: 'more files that may be open on this machine at once (the sysctl fs.file-max)',
};

export function listenProblem({ host, family, port }: ListenAddress, transport: string, code: string): Problem {
  const address = family === 6 ? `[${host}]:${port}` : `${host}:${port}`;
  return {
    code: 'cannot-listen',
    found: `${address} over ${transport}: ${code}`,
    expected: REMEDIES[code] ?? 'an address and port that can be bound',
  };
}

/** Whether a socket of our own at one address is in the way of trying the other exclusively. */
export function overlap(a: ListenAddress, b: ListenAddress): boolean {
  const isWildcard = ({ host }: ListenAddress): boolean => host === '0.0.0.0' || host === '::';
  return a.port === b.port && a.family === b.family && (a.host === b.host || isWildcard(a) || isWildcard(b));
}
