import { expect, test } from 'vitest';
import { TYPE } from '../../../src/dns/constants.ts';
import { ROOT, type WireName } from '../../../src/dns/name.ts';
import { PackedNodes } from '../../../src/zone/packed-nodes.ts';
import type { ZoneNode } from '../../../src/zone/zone.ts';
import { wireName } from '../../support/rdata-text.ts';

const place = { file: 'zone', line: 7, column: 3 };
const octets = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet)).join('');

const nodes = new Map<WireName, ZoneNode>([
  [ROOT, { rrsets: [] }],
  [wireName('a.example.com.'), { rrsets: [{ type: TYPE.A, ttlSeconds: 0, rdatas: ['\x0a\0\0\x01', '\x0a\0\0\x02'] }] }],
  [
    `${`\x3f${'x'.repeat(63)}`.repeat(3)}\x3d${'y'.repeat(61)}\0`, // 255 octets, the longest name there is
    {
      rrsets: [
        { type: 65534, ttlSeconds: 2 ** 31 - 1, rdatas: ['', octets] },
        { type: TYPE.TXT, ttlSeconds: 1, rdatas: ['z'.repeat(65_000)] },
      ],
      service: { name: 'web', ttlSeconds: 5, ...place },
    },
  ],
  [wireName('s.example.com.'), { rrsets: [], service: { name: 'api', ...place } }],
]);

test('what was packed comes out as it was, in its order, as often as it is gone through', () => {
  const packed = new PackedNodes(nodes);
  expect([...packed]).toEqual([...nodes]);
  expect(new Map(packed)).toEqual(nodes);
});

test('no nodes are none', () => {
  expect([...new PackedNodes(new Map())]).toEqual([]);
});
