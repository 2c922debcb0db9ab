import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { type ConfigOf, sourceFor } from '../../health/schema.ts';
import { attempt } from './attempt.ts';
import { openPingSocket, PingRefused } from './ping-socket.ts';
import { blind, type ProbeKind } from './probe.ts';
import { reasonOf } from './reason.ts';

// RFC 792 and RFC 4443: type, code, checksum, identifier, sequence number. The kernel fills in what is 0 here.
const HEADER_BYTES = 8;
const ECHO = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;

// What tells a reply to this request from any other.
const TOKEN_BYTES = 8;

/** A destination port has no meaning to ICMP; Node.js does not send to port 0. */
const ANY_PORT = 1;

/** Succeeds when an ICMP echo request is answered by the address that it was sent to. */
export const icmp: ProbeKind<ConfigOf<'icmp'>> = {
  run(config, { address }, signal) {
    return attempt(signal, ({ settle, cleanup, guard }) => {
      const isV6 = isIPv6(address);
      const { request, reply } = ECHO[isV6 ? 6 : 4];
      const sent = Buffer.alloc(HEADER_BYTES + Math.max(TOKEN_BYTES, config.bytes));
      sent[0] = request;
      randomBytes(TOKEN_BYTES).copy(sent, HEADER_BYTES);
      const socket = openSocket(isV6, sourceFor(config, address));
      if (typeof socket === 'string') return settle(blind(socket));
      cleanup(() => socket.close());
      socket.on('error', (error) => settle(reasonOf(error)));
      const onMessage = guard((message: Buffer) => {
        const isOurs = message[0] === reply && message.subarray(HEADER_BYTES).equals(sent.subarray(HEADER_BYTES));
        if (isOurs) settle({ ok: true });
      });
      socket.on('message', onMessage);
      const onConnected = guard((error?: Error) => {
        if (error) settle(reasonOf(error));
        else socket.send(sent);
      });
      // Connected, so that the kernel drops what another address sends.
      socket.connect(ANY_PORT, address, onConnected);
    });
  },
};

function openSocket(isV6: boolean, source: string | undefined) {
  try {
    return openPingSocket(isV6, source);
  } catch (error) {
    if (!(error instanceof PingRefused)) throw error;
    return `no ICMP from here: ${error.message}`;
  }
}
