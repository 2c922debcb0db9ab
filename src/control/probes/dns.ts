import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6, SocketAddress } from 'node:net';
import { type ConfigOf, sourceFor } from '../../health/schema.ts';
import type { DnsType } from '../../health/schema-kinds.ts';
import { type Attempt, attempt } from './attempt.ts';
import { decodeResponse, encodeQuestion, isResponseTo } from './dns-message.ts';
import { failure, type ProbeAddress, type ProbeKind, type ProbeOutcome } from './probe.ts';
import { reasonOf } from './reason.ts';
import { openPlain } from './stream.ts';

type Config = ConfigOf<'dns'>;

/** Succeeds when the endpoint answers with the response code, and all the data, that are expected. */
export const dns: ProbeKind<Config> = {
  run(config, target, signal) {
    return attempt(signal, (current) => {
      const ask = config.over === 'udp' ? askByDatagram : askByStream;
      ask(encodeQuestion(randomInt(0x10000), config.name, config.type), config, target, current);
    });
  },
};

type Ask = (query: Buffer, config: Config, target: ProbeAddress, current: Attempt) => void;

/** The socket is connected: the kernel drops what comes from elsewhere, and tells of a port that nobody listens at. */
const askByDatagram: Ask = (query, config, { address, port }, { settle, cleanup, guard }) => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  cleanup(() => socket.close());
  socket.on('error', (error) => settle(reasonOf(error)));
  const onMessage = guard((message: Buffer) => {
    if (isResponseTo(query, message)) settle(judge(query, message, config));
  });
  socket.on('message', onMessage);
  const source = sourceFor(config, address);
  const onConnected = guard((error?: Error | null) => {
    if (error !== undefined && error !== null) settle(reasonOf(error));
    else socket.send(query);
  });
  const onBound = guard(() => socket.connect(port, address, onConnected));
  socket.bind({ port: 0, exclusive: true, ...(source !== undefined && { address: source }) }, onBound);
};

/** RFC 1035 section 4.2.2: a length of two octets before each message. */
const askByStream: Ask = (query, config, target, current) => {
  const { settle, guard } = current;
  const socket = openPlain(target, sourceFor(config, target.address), current);
  const length = Buffer.from([query.length >> 8, query.length & 0xff]);
  let heard = Buffer.alloc(0);
  socket.write(Buffer.concat([length, query]));
  const onData = guard((bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes]);
    if (heard.length < 2 || heard.length < 2 + heard.readUInt16BE(0)) return;
    const message = heard.subarray(2, 2 + heard.readUInt16BE(0));
    settle(isResponseTo(query, message) ? judge(query, message, config) : failure('not an answer to the question'));
  });
  socket.on('data', onData);
};

function judge(query: Buffer, message: Buffer, { type, rcode, expect, over }: Config): ProbeOutcome {
  const response = decodeResponse(query, message, type);
  if (response === undefined) return failure('not a DNS message');
  if (response.rcode !== rcode) return failure(`rcode ${response.rcode}, expected ${rcode}`);
  const found = new Set(response.data.map((data) => normal(data, type)));
  const missing = (expect ?? []).find((data) => !found.has(normal(data, type)));
  if (missing === undefined) return { ok: true };
  if (response.isTruncated && over === 'udp') return failure('answer truncated, ask over tcp');
  return failure(`answer without ${missing}`);
}

/** One form for what can be written in several: addresses, and names with or without their final dot. */
function normal(data: string, type: DnsType): string {
  if (type === 'TXT') return data;
  if (type === 'AAAA') return new SocketAddress({ address: data, family: 'ipv6' }).address;
  if (type === 'A') return data;
  const words = data.toLowerCase().trim().split(/\s+/);
  return words.map((word) => (/^\d+$/.test(word) || word.endsWith('.') ? word : `${word}.`)).join(' ');
}
