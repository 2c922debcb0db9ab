import { readFileSync, statSync } from 'node:fs';
import { connect as netConnect, type Socket } from 'node:net';
import {
  type ConnectionOptions,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
  connect as tlsConnect,
} from 'node:tls';
import type { Attempt } from './attempt.ts';
import { blind, failure, type ProbeAddress, type ProbeFailure } from './probe.ts';
import { reasonOf } from './reason.ts';

/** What is asked of a handshake and of the certificate that comes with it. */
export interface TlsDemands {
  /** Sent, and what the certificate must be for; undefined for the address itself. */
  readonly name: string | undefined;
  readonly verify: boolean;
  readonly daysLeft: number;
  /** The path of a file of authorities in PEM. */
  readonly ca: string | undefined;
  /** Protocols to offer, of which the endpoint must agree to one where `mustAgree`. */
  readonly alpn: readonly string[];
  readonly mustAgree: boolean;
}

/** Called with what comes; the bytes are the caller's only until it returns. */
export type OnBytes = (bytes: Buffer) => void;

// Of all plain sockets at once: each reads, and hands on what it read, before the next one does.
const received = Buffer.allocUnsafe(64 * 1024);

/**
 * Opens a TCP connection, and lets it end with the attempt. Whatever goes wrong with it settles.
 * @param onBytes is given a part of a buffer that the next read overwrites: this spares an allocation a probe.
 */
export function openTcp(
  { address, port }: ProbeAddress,
  source: string | undefined,
  onBytes: OnBytes,
  attempt: Attempt,
): Socket {
  const take = attempt.guard(onBytes);
  const socket: Socket = netConnect({
    host: address,
    port,
    autoSelectFamily: false,
    ...(source !== undefined && { localAddress: source }),
    onread: {
      buffer: received,
      callback(length: number): boolean {
        take(received.subarray(0, length));
        return !socket.destroyed;
      },
    },
  });
  return owned(socket, attempt);
}

/** The same, for a socket that will be read as streams are, by a conversation or a library. */
export function openPlain({ address, port }: ProbeAddress, source: string | undefined, attempt: Attempt): Socket {
  const local = source !== undefined && { localAddress: source };
  return owned(netConnect({ host: address, port, autoSelectFamily: false, ...local }), attempt);
}

/** Opens a connection and shakes hands on it; `onReady` comes with a certificate that is as demanded. */
export function openSecure(
  { address, port }: ProbeAddress,
  source: string | undefined,
  demands: TlsDemands,
  attempt: Attempt,
  onReady: (socket: TLSSocket) => void,
): void {
  const local = source !== undefined && { localAddress: source };
  shakeHands({ host: address, port, ...local }, demands, attempt, onReady);
}

/** The same on a connection from {@link openPlain} on which that was agreed. */
export function secure(
  socket: Socket,
  address: string,
  demands: TlsDemands,
  attempt: Attempt,
  onReady: (socket: TLSSocket) => void,
): void {
  const secured = shakeHands({ host: address, socket }, demands, attempt, onReady);
  if (secured !== undefined) securedBy.set(socket, secured);
}

// Node.js does not survive that the socket below is destroyed while the one above it reads: it goes with it.
const securedBy = new WeakMap<Socket, TLSSocket>();

function shakeHands(
  over: ConnectionOptions,
  demands: TlsDemands,
  attempt: Attempt,
  onReady: (socket: TLSSocket) => void,
): TLSSocket | undefined {
  const { settle, guard } = attempt;
  const context = demands.ca === undefined ? undefined : contextOf(demands.ca);
  if (context instanceof Error) {
    settle(blind(`cannot read the authorities in ${demands.ca}`));
    return undefined;
  }
  const socket = tlsConnect({
    ...over,
    rejectUnauthorized: demands.verify,
    ...(demands.alpn.length > 0 && { ALPNProtocols: [...demands.alpn] }),
    // Without a name, no server name is sent (RFC 6066 knows none for addresses) and the certificate must be for the
    // address.
    ...(demands.name !== undefined && { servername: demands.name }),
    ...(context && { secureContext: context }),
  });
  socket.once(
    'secureConnect',
    guard(() => {
      const problem = problemWith(socket, demands);
      if (problem === undefined) onReady(socket);
      else settle(problem);
    }),
  );
  return owned(socket, attempt);
}

function owned<T extends Socket>(socket: T, { settle, cleanup }: Attempt): T {
  cleanup(() => {
    if (!securedBy.has(socket)) socket.destroy();
  });
  // Stays on after the outcome: a late error without a listener would end the process.
  socket.on('error', (error) => settle(reasonOf(error)));
  socket.once('close', () => settle(failure('connection closed before the answer')));
  return socket;
}

const DAY_MS = 86_400_000;

function problemWith(socket: TLSSocket, { daysLeft, alpn, mustAgree }: TlsDemands): ProbeFailure | undefined {
  if (mustAgree && !socket.alpnProtocol) return failure(`no protocol agreed on, expected ${alpn.join(' or ')}`);
  if (daysLeft === 0) return undefined;
  // By the wall clock, as the certificate is.
  const leftDays = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / DAY_MS);
  return leftDays >= daysLeft ? undefined : failure(`certificate holds ${leftDays} days, expected ${daysLeft}`);
}

interface Kept {
  readonly changedMs: number;
  readonly context: SecureContext;
}

const contexts = new Map<string, Kept>();

/** Made once for each state of a file: parsing certificates costs more than a handshake. */
function contextOf(path: string): SecureContext | Error {
  try {
    const changedMs = statSync(path).mtimeMs;
    const kept = contexts.get(path);
    if (kept?.changedMs === changedMs) return kept.context;
    const context = createSecureContext({ ca: readFileSync(path) });
    contexts.set(path, { changedMs, context });
    return context;
  } catch (error) {
    return error as Error;
  }
}
