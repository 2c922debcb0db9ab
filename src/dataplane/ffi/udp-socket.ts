import { AF, IP, IPV6, LEVEL, MEMINFO, PMTUDISC_OMIT, SO, SOCK_DGRAM_CLOEXEC, SOCKADDR_IN6 } from './abi.ts';
import { checked, libc } from './libc.ts';
import { Memory } from './memory.ts';
import { type SocketAddress, socketAddress } from './socket-address.ts';

/**
 * Queries that the kernel may hold while the worker is busy: 4 MiB are some 5,000 small datagrams, which a worker
 * answers in 50 ms. With more, answers would only come too late, after the client has stopped waiting.
 */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

/** Some batches of answers, on their way to the network card. */
const SEND_BUFFER_BYTES = 1024 * 1024;

/** How long to wait for room among answers that the kernel has not sent yet. Then the answer in hand is given up. */
const SEND_MS_MAX = 5;

export interface UdpSocketOptions {
  readonly host: string;
  readonly family: 4 | 6;
  readonly port: number;
  /** A receive that found nothing returns after this time. */
  readonly receiveTimeoutMs: number;
}

/**
 * Opens a UDP socket that shares its address with others of this kind (SO_REUSEPORT). Returns its descriptor, for the
 * caller to close. Throws a SystemError.
 */
export function openUdpSocket({ host, family, port, receiveTimeoutMs }: UdpSocketOptions): number {
  const fd = checked('socket', libc.socket(family === 4 ? AF.INET : AF.INET6, SOCK_DGRAM_CLOEXEC, 0));
  try {
    setOption(fd, LEVEL.SOCKET, SO.REUSEPORT, 1);
    if (family === 6) setOption(fd, LEVEL.IPV6, IPV6.V6ONLY, 1);
    if (isWildcard(host)) tellAskedAddress(fd, family);
    setTimeouts(fd, receiveTimeoutMs);
    tune(fd, family);
    const { memory, bytes } = socketAddress({ host, port });
    checked('bind', libc.bind(fd, memory.address, bytes));
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

/** Whether the socket gets what is sent to any address. Then each datagram must say to which address it was sent. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The address that a socket is bound to, with the port that the kernel gave it. */
export function boundAddress(fd: number): SocketAddress & { readonly port: number } {
  const memory = new Memory(SOCKADDR_IN6.BYTES);
  word.words[0] = SOCKADDR_IN6.BYTES;
  checked('getsockname', libc.getsockname(fd, memory.address, word.address));
  return { memory, bytes: word.words[0], port: (memory.octets[2] << 8) | memory.octets[3] };
}

/**
 * Takes a socket out of the group that shares its address, with what is in its queue: a socket that is connected to
 * itself is not chosen for what others send. So nothing that comes between the last receive and the close is lost.
 */
export function leaveGroup(fd: number): void {
  const { memory, bytes } = boundAddress(fd);
  // Connecting to a wildcard means to the loopback address, which always exists.
  libc.connect(fd, memory.address, bytes);
}

/**
 * Datagrams that the kernel dropped at a socket since it was opened, modulo 2^32; undefined if it does not say. Aya
 * asks for it now and then. To be told with each datagram (SO_RXQ_OVFL) would cost a fiftieth of each.
 */
export function droppedDatagrams(fd: number): number | undefined {
  info.words[MEMINFO.WORDS] = INFO_BYTES;
  const failed = libc.getsockopt(fd, LEVEL.SOCKET, SO.MEMINFO, info.address, info.address + INFO_BYTES);
  return failed === -1 ? undefined : info.words[MEMINFO.DROPS];
}

export function closeSocket(fd: number): void {
  libc.close(fd);
}

/** For options, which the kernel copies: used for one call at a time. */
const word = new Memory(16);

/** For what a socket tells of itself, followed by how many octets that is. */
const INFO_BYTES = MEMINFO.WORDS * Uint32Array.BYTES_PER_ELEMENT;
const info = new Memory(INFO_BYTES + Uint32Array.BYTES_PER_ELEMENT);

function setOption(fd: number, level: number, option: number, value: number): void {
  checked('setsockopt', trySetOption(fd, level, option, value));
}

function trySetOption(fd: number, level: number, option: number, value: number): number {
  word.words[0] = value;
  return libc.setsockopt(fd, level, option, word.address, 4);
}

function tellAskedAddress(fd: number, family: 4 | 6): void {
  if (family === 4) setOption(fd, LEVEL.IP, IP.PKTINFO, 1);
  else setOption(fd, LEVEL.IPV6, IPV6.RECVPKTINFO, 1);
}

function setTimeouts(fd: number, receiveMs: number): void {
  for (const [option, ms] of [
    [SO.RCVTIMEO, receiveMs],
    [SO.SNDTIMEO, SEND_MS_MAX],
  ]) {
    // A struct timeval: seconds and microseconds, 64 bits each.
    word.words.fill(0);
    word.words[0] = Math.floor(ms / 1000);
    word.words[2] = (ms % 1000) * 1000;
    checked('setsockopt', libc.setsockopt(fd, LEVEL.SOCKET, option, word.address, 16));
  }
}

/** Settings that help, but are not essential. */
function tune(fd: number, family: 4 | 6): void {
  // Beyond net.core.rmem_max, where we may (CAP_NET_ADMIN).
  if (trySetOption(fd, LEVEL.SOCKET, SO.RCVBUFFORCE, RECEIVE_BUFFER_BYTES) === -1) {
    trySetOption(fd, LEVEL.SOCKET, SO.RCVBUF, RECEIVE_BUFFER_BYTES);
  }
  trySetOption(fd, LEVEL.SOCKET, SO.SNDBUF, SEND_BUFFER_BYTES);
  if (family === 4) trySetOption(fd, LEVEL.IP, IP.MTU_DISCOVER, PMTUDISC_OMIT);
  else trySetOption(fd, LEVEL.IPV6, IPV6.MTU_DISCOVER, PMTUDISC_OMIT);
}
