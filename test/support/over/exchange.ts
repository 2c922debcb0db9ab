import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { framed } from '../dns-client.ts';
import { proxyHeader } from '../proxy-header.ts';
import type { Channel } from './order.ts';

/** Nothing takes so long but what never comes. */
const ANSWER_MS_MAX = 8_000;

const HOST = '127.0.0.1';

export interface Ports {
  readonly UDP: number;
  readonly TCP: number;
  readonly TLS: number;
}

/**
 * Sends a message and, behind it, one that is answered for certain: when that answer is there, whatever was to come before
 * it has come, and silence need not be waited for. Resolves with the answer, undefined where there is none; rejects where
 * there are two. For the server it is `from` who asks, which a PROXY protocol header says.
 */
export async function exchange(
  channel: Channel,
  ports: Ports,
  from: string,
  message: Uint8Array,
): Promise<Uint8Array | undefined> {
  const header = proxyHeader({ source: from, familyTransport: familyTransport(channel, from) });
  const pair = [Buffer.from(message), closingMessage(message)];
  const came =
    channel === 'UDP'
      ? await overUdp(ports.UDP, header, pair)
      : await overStream(await connected(channel, ports[channel], header), pair);
  if (came.length > 1) throw new Error(`${came.length} answers to one query`);
  return came[0];
}

/** In a PROXY protocol header: AF_INET or AF_INET6, and STREAM or DGRAM. */
function familyTransport(channel: Channel, from: string): number {
  return (from.includes(':') ? 0x20 : 0x10) | (channel === 'UDP' ? 2 : 1);
}

const CLOSING_OPCODE = 15;

/** A header of an opcode that nobody knows, which gets NOTIMP, with another id than the message before it. */
function closingMessage(before: Uint8Array): Buffer {
  const id = Buffer.of(before[0] ^ 0xff, before[1] ^ 0xff);
  return Buffer.concat([id, Buffer.of(CLOSING_OPCODE << 3), Buffer.alloc(9)]);
}

function isAnswerTo(query: Uint8Array, message: Uint8Array): boolean {
  return message[0] === query[0] && message[1] === query[1] && message[2] === (query[2] | 0x80);
}

async function overUdp(port: number, header: Buffer, [query, closing]: readonly Buffer[]): Promise<Buffer[]> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
  try {
    socket.connect(port, HOST);
    await once(socket, 'connect');
    const came = receiveUntil(closing, (take, fail) => {
      socket.on('message', take);
      socket.on('error', fail);
    });
    for (const message of [query, closing]) socket.send(Buffer.concat([header, message]));
    return await came;
  } finally {
    socket.close();
  }
}

async function connected(channel: 'TCP' | 'TLS', port: number, header: Buffer): Promise<Socket> {
  const socket = connect({ port, host: HOST, noDelay: true });
  await once(socket, 'connect');
  socket.write(header);
  if (channel === 'TCP') return socket;
  const secure = connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['dot'] });
  await once(secure, 'secureConnect');
  return secure;
}

/** A server that hangs up has said all that it will. */
async function overStream(socket: Socket, [query, closing]: readonly Buffer[]): Promise<Buffer[]> {
  try {
    const came = receiveUntil(closing, (take, fail, end) => {
      let unread: Buffer = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        unread = Buffer.concat([unread, chunk]);
        while (unread.length >= 2 && unread.length >= 2 + unread.readUInt16BE()) {
          const bytes = 2 + unread.readUInt16BE();
          take(unread.subarray(2, bytes));
          unread = unread.subarray(bytes);
        }
      });
      socket.on('end', end);
      socket.on('error', fail);
    });
    socket.write(Buffer.concat([framed(query), framed(closing)]));
    return await came;
  } finally {
    socket.destroy();
  }
}

type Listening = (take: (message: Buffer) => void, fail: (error: Error) => void, end: () => void) => void;

/** What comes before the answer to the closing message, or before the end. */
function receiveUntil(closing: Uint8Array, listen: Listening): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const came: Buffer[] = [];
    const late = setTimeout(() => reject(new Error(`nothing within ${ANSWER_MS_MAX} ms`)), ANSWER_MS_MAX);
    const end = (): void => {
      clearTimeout(late);
      resolve(came);
    };
    const take = (message: Buffer): void => {
      if (isAnswerTo(closing, message)) end();
      else came.push(Buffer.from(message));
    };
    listen(take, reject, end);
  });
}
