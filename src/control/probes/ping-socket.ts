import { createSocket, type Socket } from 'node:dgram';
import { createRequire } from 'node:module';
import { isIPv6 } from 'node:net';
import type { KoffiFunc } from 'koffi';

// Of Linux's <sys/socket.h> and <netinet/in.h>.
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SOCK_NONBLOCK = 0o4000;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;

/** EPERM and EACCES. */
const PERMISSION: ReadonlySet<number> = new Set([1, 13]);

interface Libc {
  readonly socket: KoffiFunc<(domain: number, type: number, protocol: number) => number>;
  readonly bind: KoffiFunc<(fd: number, address: Buffer, bytes: number) => number>;
  readonly close: KoffiFunc<(fd: number) => number>;
  /** Why the last call failed. */
  errno(): number;
}

let loaded: Libc | undefined;

/**
 * Loaded when the first echo is to be sent: most servers never send one, and koffi is not to be had for every machine.
 */
function libc(): Libc {
  if (loaded !== undefined) return loaded;
  const koffi = loadKoffi();
  const library = koffi.load(null);
  loaded = {
    socket: library.func('int socket(int domain, int type, int protocol)'),
    bind: library.func('int bind(int fd, const void *address, uint32_t bytes)'),
    close: library.func('int close(int fd)'),
    errno: () => koffi.errno(),
  };
  return loaded;
}

function loadKoffi(): typeof import('koffi') {
  try {
    return createRequire(import.meta.url)('koffi') as typeof import('koffi');
  } catch (error) {
    const [line = ''] = String((error as Error).message).split('\n', 1);
    throw new PingRefused(`the package koffi cannot be loaded: ${line}`);
  }
}

/** Why no echo can be sent from here: the system said no, or what calls it is missing. */
export class PingRefused extends Error {}

/**
 * Opens a socket that sends and receives ICMP echoes and nothing else (icmp(7)), which needs no privilege, only a group
 * in the sysctl net.ipv4.ping_group_range. The kernel sets the checksum and the identifier, and hands it the replies to
 * its own requests alone. Node.js can make no such socket, and reads one as any other of datagrams.
 * @param source the address to send from; undefined for the system's choice.
 * @throws PingRefused
 */
export function openPingSocket(isV6: boolean, source: string | undefined): Socket {
  const { socket, bind, close, errno } = libc();
  const family = isV6 ? AF_INET6 : AF_INET;
  const fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, isV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP);
  if (fd < 0) throw refusedBy('socket', errno());
  const address = source === undefined ? undefined : socketAddress(source);
  if (address !== undefined && bind(fd, address, address.length) < 0) {
    const refused = refusedBy(`bind ${source}`, errno());
    close(fd);
    throw refused;
  }
  return createSocket(isV6 ? 'udp6' : 'udp4').bind({ fd, exclusive: true });
}

/** Why no ICMP echo can be sent from here; undefined where it can. */
export function pingTrouble(): string | undefined {
  try {
    openPingSocket(false, undefined).close();
    return undefined;
  } catch (error) {
    return error instanceof PingRefused ? error.message : String(error);
  }
}

function refusedBy(call: string, errno: number): PingRefused {
  const why = PERMISSION.has(errno)
    ? 'not permitted: net.ipv4.ping_group_range names no group of ours'
    : `errno ${errno}`;
  return new PingRefused(`${call}: ${why}`);
}

/** struct sockaddr_in or sockaddr_in6 with port 0, which a ping socket takes for any identifier. */
function socketAddress(address: string): Buffer {
  const isV6 = isIPv6(address);
  const octets = Buffer.alloc(isV6 ? 28 : 16);
  octets.writeUInt16LE(isV6 ? AF_INET6 : AF_INET, 0);
  octetsOf(address, isV6).copy(octets, isV6 ? 8 : 4);
  return octets;
}

function octetsOf(address: string, isV6: boolean): Buffer {
  if (!isV6) return Buffer.from(address.split('.').map(Number));
  const [front = '', back] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [head, tail] = [groups(front), groups(back ?? '')];
  const zeros = Array<number>(Math.max(0, 8 - head.length - tail.length)).fill(0);
  return Buffer.from([...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 0xff]));
}
