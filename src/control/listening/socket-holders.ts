import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Address, parseAddress } from '../../net/address.ts';
import type { ListenAddress } from '../../snapshot/messages.ts';

/** A process that has one of some sockets open. */
export interface Holder {
  readonly pid: number;
  /** Whose its sockets are. */
  readonly uid: number;
  /** How it was started. */
  readonly command: readonly string[];
}

/** In /proc/net/tcp, the state of a socket that accepts connections. */
const LISTENING = '0A';

/**
 * The other processes that have these addresses, as the kernel knows it: that is never out of date, and needs nothing
 * of them. Those of other users are seen by root alone, and those in other PID namespaces by nobody. Linux only:
 * elsewhere there are none.
 */
export function holdersOf(listen: readonly ListenAddress[]): readonly Holder[] {
  if (process.platform !== 'linux') return [];
  const owners = new Map(
    listen.flatMap((address) =>
      address.over.flatMap((transport) => ownersAt(address, transport === 'UDP' ? 'udp' : 'tcp')),
    ),
  );
  if (owners.size === 0) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const uid = socketsOf(pid)
        .map((inode) => owners.get(inode))
        .find((owner) => owner !== undefined);
      return uid === undefined ? [] : [{ pid: Number(pid), uid, command: commandOf(pid) }];
    });
}

/** Whether a process runs. One that has ended, and whose parent has not looked, does not. */
export function isRunning(pid: number): boolean {
  try {
    // The state comes behind the name, which may have anything in it.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.startsWith('Z') !== true;
  } catch {
    return false;
  }
}

/** The sockets that get what is sent to an address, by inode, and whose they are. */
function ownersAt(
  { host, family, port }: ListenAddress,
  transport: 'udp' | 'tcp',
): readonly (readonly [string, number])[] {
  const wanted = parseAddress(host);
  if (wanted === undefined) return [];
  const text = hexOf(wanted);
  const isWildcard = (address: string): boolean => /^0+$/.test(address);
  return tableOf(`/proc/net/${transport}${family === 6 ? '6' : ''}`).flatMap(
    (fields): (readonly [string, number])[] => {
      const [address, hexPort] = fields[1].split(':');
      if (Number.parseInt(hexPort, 16) !== port || (transport === 'tcp' && fields[3] !== LISTENING)) return [];
      return address === text || isWildcard(address) || isWildcard(text) ? [[fields[9], Number(fields[7])]] : [];
    },
  );
}

function tableOf(path: string): readonly (readonly string[])[] {
  try {
    const [, ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
    return lines.map((line) => line.trim().split(/\s+/));
  } catch {
    return []; // a machine without IPv6
  }
}

/** As the kernel writes it: words of 32 bits, as the processor reads them, which here has the lower octet first. */
function hexOf({ bytes }: Address): string {
  const words = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.slice(4 * index, 4 * index + 4));
  return words
    .map((word) => Buffer.from(word).reverse().toString('hex'))
    .join('')
    .toUpperCase();
}

function socketsOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketAt(`/proc/${pid}/fd/${fd}`));
  } catch {
    return []; // another user's, or it has ended
  }
}

function socketAt(path: string): readonly string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.slice(1) ?? [];
  } catch {
    return []; // closed meanwhile
  }
}

function commandOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
