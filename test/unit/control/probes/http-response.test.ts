import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ResponseReader } from '../../../../src/control/probes/http-response.ts';
import { seedOf } from '../../../support/seed.ts';

/** What a reader makes of bytes that come in these pieces. */
function read(pieces: readonly Buffer[], isHead = false): object {
  const reader = new ResponseReader(isHead);
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return { state: reader.state, reason: reader.reason, status: reader.head?.status, body: reader.body.toString() };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length].map((end, index) => bytes.subarray(at[index - 1] ?? 0, end));
}

const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 204 None\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e=1\r\nde\r\n0\r\nTrailer: x\r\n\r\n',
  'HTTP/1.0 404 No\r\n\r\nuntil the end',
  'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
  'HTTP/2 200\r\n\r\n',
];

test('however a response is cut into pieces, the same is read', () => {
  fc.assert(
    fc.property(fc.constantFrom(...RESPONSES), fc.array(fc.nat(200), { maxLength: 8 }), (text, places) => {
      const bytes = Buffer.from(text);
      expect(read(cut(bytes, places))).toEqual(read([bytes]));
    }),
    { seed: seedOf('responses in pieces') },
  );
});

test('whatever bytes come, nothing is thrown and little is kept', () => {
  const mutated = fc
    .tuple(fc.constantFrom(...RESPONSES), fc.array(fc.tuple(fc.nat(100), fc.nat(255)), { maxLength: 6 }))
    .map(([text, changes]) => {
      const bytes = Buffer.from(text);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    });
  fc.assert(
    fc.property(mutated, fc.boolean(), (bytes, isHead) => {
      const { state } = read([bytes], isHead) as { state: string };
      expect(['head', 'end', 'broken']).toContain(state === 'body' ? 'never' : state);
    }),
    { seed: seedOf('responses that are mutated') },
  );
});

test.each([
  ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more', 'hello'],
  ['chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore', 'ok'],
  ['no content', 'HTTP/1.1 204 OK\r\nContent-Length: 5\r\n\r\nhello', ''],
])('a body ends by %s', (_name, text, body) => {
  expect(read([Buffer.from(text)])).toEqual({ state: 'end', reason: '', status: expect.any(Number), body });
});

test('of a body 64 KiB are kept', () => {
  const reader = new ResponseReader(false);
  reader.push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
  for (let count = 0; count < 100; count++) reader.push(Buffer.alloc(1_000, 'x'));
  expect(reader.body.length).toBe(64 * 1024);
});
