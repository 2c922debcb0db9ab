import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeResponse, encodeQuestion, isResponseTo } from '../../../../src/control/probes/dns-message.ts';
import { brief, configOf, failed, passed, probe, probeOnce, timedOut } from '../../../support/probing.ts';
import { seedOf } from '../../../support/seed.ts';
import { closedPort, startServer } from '../../../support/servers.ts';

/** A response to a query: flags, and the answers' types and data in hex; owners are pointers to the question's name. */
function response(query: Buffer, flags: number, answers: readonly [type: number, rdata: string][]): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8000 | flags, 2);
  header.writeUInt16BE(answers.length, 6);
  const records = answers.map(([type, rdata]) => {
    const fixed = Buffer.from('c00c00000001000000050000', 'hex');
    fixed.writeUInt16BE(type, 2);
    fixed.writeUInt16BE(rdata.length / 2, 10);
    return Buffer.concat([fixed, Buffer.from(rdata, 'hex')]);
  });
  return Buffer.concat([header, query.subarray(12), ...records]);
}

type Answer = (query: Buffer) => readonly Buffer[];

async function startDatagrams(answer: Answer): Promise<{ address: string; port: number }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port }) => {
    for (const message of answer(query)) socket.send(message, port, '127.0.0.1');
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { address: '127.0.0.1', port: socket.address().port };
}

const NXDOMAIN = 3;
const TRUNCATED = 0x0200;
const A = 'c0000201';
const name = 'www.example.com';
const mail: [number, string] = [15, '000a046d61696cc010']; // 10 mail.example.com, by a pointer into the question

const rows: [string, object, Answer, object][] = [
  ['an answer', { name }, (query) => [response(query, 0, [])], passed],
  ['the data', { name, expect: '192.0.2.1' }, (query) => [response(query, 0, [[1, A]])], passed],
  [
    'other data',
    { name, expect: '192.0.2.2' },
    (query) => [response(query, 0, [[1, A]])],
    failed('answer without 192.0.2.2'),
  ],
  [
    'data of another type',
    { name, expect: '192.0.2.1' },
    (query) => [response(query, 0, [[28, A]])],
    failed('answer without 192.0.2.1'),
  ],
  [
    'an IPv6 address in another spelling',
    { name, type: 'AAAA', expect: '2001:DB8:0::1' },
    (query) => [response(query, 0, [[28, '20010db8000000000000000000000001']])],
    passed,
  ],
  [
    'a name, compressed',
    { name, type: 'MX', expect: '10 MAIL.example.com' },
    (query) => [response(query, 0, [mail])],
    passed,
  ],
  [
    'text in several strings',
    { name, type: 'TXT', expect: 'a bc' },
    (query) => [response(query, 0, [[16, '0261200262630000'.slice(0, 12)]])],
    passed,
  ],
  ['the code that is expected', { name, rcode: 'NXDOMAIN' }, (query) => [response(query, NXDOMAIN, [])], passed],
  ['another code', { name }, (query) => [response(query, NXDOMAIN, [])], failed('rcode NXDOMAIN, expected NOERROR')],
  [
    'what is cut off',
    { name, expect: '192.0.2.1' },
    (query) => [response(query, TRUNCATED, [])],
    failed('answer truncated, ask over tcp'),
  ],
  [
    'a record beyond the end',
    { name },
    (query) => [response(query, 0, [[1, A]]).subarray(0, -2)],
    failed('not a DNS message'),
  ],
  [
    'a name that leads to itself',
    { name, type: 'CNAME' },
    (query) => [response(query, 0, [[5, 'c02d']])],
    failed('not a DNS message'),
  ],
];

describe('over udp', () => {
  test.each(rows)('%s', async (_name, options, answer, expected) => {
    expect(await probe(configOf('dns', options), await startDatagrams(answer))).toEqual(expected);
  });

  test('only what answers the question counts', async () => {
    const server = await startDatagrams((query) => {
      const wrongId = response(query, 0, [[1, A]]);
      wrongId[0]! ^= 1;
      const wrongName = response(Buffer.from(query.toString('latin1').replace('www', 'wwx'), 'latin1'), 0, []);
      return [wrongId, wrongName, query, Buffer.from('x'), response(query, NXDOMAIN, [])];
    });
    expect(await probe(configOf('dns', { name, rcode: 'NXDOMAIN' }), server)).toEqual(passed);
  });

  test('only what comes from the endpoint counts', async () => {
    const stranger = createSocket('udp4');
    onTestFinished(() => void stranger.close());
    stranger.bind(0, '127.0.0.2');
    await once(stranger, 'listening');
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.on('message', (query, { port }) => stranger.send(response(query, 0, []), port, '127.0.0.1'));
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const target = { address: '127.0.0.1', port: socket.address().port };
    expect(await probe(configOf('dns', { name }, brief), target)).toEqual(timedOut);
  });

  test('nobody listens', async () => {
    const target = { address: '127.0.0.1', port: await closedPort() };
    expect(await probe(configOf('dns', { name }), target)).toEqual(failed('connection refused'));
  });

  test('an address to probe from', async () => {
    const from: string[] = [];
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    socket.on('message', (query, { address, port }) => {
      from.push(address);
      socket.send(response(query, 0, []), port, address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const config = configOf('dns', { name }, { source: ['127.0.0.9', '::1'] });
    expect(await probe(config, { address: '127.0.0.1', port: socket.address().port })).toEqual(passed);
    expect(from).toEqual(['127.0.0.9']);
  });
});

describe('over tcp', () => {
  const framed = (message: Buffer) =>
    Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);

  test.each(rows.filter(([name]) => name !== 'what is cut off'))('%s', async (_name, options, answer, expected) => {
    const server = await startServer((socket) => {
      socket.once('data', (bytes: Buffer) => {
        const message = framed(answer(bytes.subarray(2))[0]!);
        socket.write(message.subarray(0, 5));
        setImmediate(() => socket.write(message.subarray(5)));
      });
    });
    expect(await probeOnce(server, configOf('dns', { ...options, over: 'tcp' }))).toEqual(expected);
  });

  test('an answer to something else', async () => {
    const server = await startServer(
      (socket) => void socket.once('data', () => socket.write(framed(Buffer.alloc(40)))),
    );
    const result = await probeOnce(server, configOf('dns', { name, over: 'tcp' }));
    expect(result).toEqual(failed('not an answer to the question'));
  });
});

test('a name longer than any is not read on and on by thousands of records that point to it', () => {
  const query = encodeQuestion(7, name, 'A');
  // The first record's data is one chain of labels: read by each of the others it would keep us busy for seconds.
  const chain = `${'0161'.repeat(15_000)}00`;
  const message = response(query, 0, [[99, chain], ...Array(2_000).fill([99, ''])]);
  const start = query.length + 12;
  for (let at = start + chain.length / 2; at < message.length; at += 12) message.writeUInt16BE(0xc000 | start, at);
  expect(decodeResponse(query, message, 'A')).toBeUndefined();
});

test('whatever bytes come, nothing is thrown', () => {
  const query = encodeQuestion(7, name, 'MX');
  const good = response(query, 0, [mail, mail]);
  const mutation = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(mutation, fc.nat(good.length), (changes, length) => {
      const message = Buffer.from(good);
      for (const [at, value] of changes) message[at] = value;
      const cut = message.subarray(0, length);
      if (isResponseTo(query, cut)) decodeResponse(query, cut, 'MX');
    }),
    { seed: seedOf('DNS responses that are mutated') },
  );
});
