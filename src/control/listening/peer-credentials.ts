import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { endianness } from 'node:os';
import type { KoffiFunc } from 'koffi';

// Of Linux's <sys/socket.h>, as every processor that Node.js runs on has it, MIPS and PA-RISC apart.
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;

/** struct ucred: three numbers of 32 bits. */
const UCRED = { PID: 0, UID: 4, BYTES: 12 } as const;

type GetSockOpt = KoffiFunc<(fd: number, level: number, option: number, value: Buffer, bytes: Buffer) => number>;

/** The process at the other end of a Unix socket when it connected. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
}

let getSockOpt: GetSockOpt | null | undefined;

/** Whether this machine can say who is at the other end of a Unix socket: Linux can, where koffi can be loaded. */
export function knowsPeers(): boolean {
  if (getSockOpt === undefined) getSockOpt = loadGetSockOpt();
  return getSockOpt !== null;
}

/**
 * Who is at the other end of a Unix socket, as the kernel has it (SO_PEERCRED, unix(7)): nobody can claim to be
 * another. Undefined where the machine does not know, the socket is none of these, or it is closed. Never throws.
 */
export function peerCredentials(socket: Socket): PeerCredentials | undefined {
  const fd = descriptorOf(socket);
  if (fd === undefined || !knowsPeers()) return undefined;
  const value = Buffer.alloc(UCRED.BYTES);
  const bytes = Buffer.alloc(4);
  write32(bytes, UCRED.BYTES);
  if (getSockOpt?.(fd, SOL_SOCKET, SO_PEERCRED, value, bytes) !== 0) return undefined;
  const uid = read32(value, UCRED.UID);
  // Of a socket that is not connected, and of TCP, the kernel says: nobody.
  return uid === 0xffff_ffff ? undefined : { pid: read32(value, UCRED.PID), uid };
}

/**
 * Loaded with the first change by hand: most of a server's life needs none, and koffi is not to be had for every
 * machine.
 */
function loadGetSockOpt(): GetSockOpt | null {
  if (process.platform !== 'linux') return null;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    return koffi
      .load(null)
      .func('int getsockopt(int fd, int level, int option, _Out_ void *value, _Inout_ void *bytes)') as GetSockOpt;
  } catch {
    return null;
  }
}

/** Node.js keeps it in the handle, and has no other way to it. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as Socket & { readonly _handle?: { readonly fd?: unknown } | null };
  const fd = handle?.fd;
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

function read32(bytes: Buffer, at: number): number {
  return endianness() === 'LE' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function write32(bytes: Buffer, value: number): void {
  if (endianness() === 'LE') bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
}
