import { expect, test } from 'vitest';
import { decodeEstimates, encodingEstimates } from '../../../../src/control/latency/kept-estimates.ts';
import { Served } from '../../../../src/latency/serving/served.ts';
import type { ServedBlock } from '../../../../src/latency/serving/served-block.ts';
import { handed, REGIONS } from './learned.ts';

const octetsOf = (block: ServedBlock): Uint8Array => Buffer.concat([...encodingEstimates(block)]);

test('estimates that are kept send clients as before', async () => {
  const { block } = await handed();
  const read = decodeEstimates(octetsOf(block), REGIONS);
  expect(read).toEqual(block);
  const client = { country: 'DE', asn: 64500 };
  expect(new Served(read!).estimate(client, 'eu')).toEqual(new Served(block).estimate(client, 'eu'));
});

test('those of other regions, and broken ones, are none', async () => {
  const octets = octetsOf((await handed()).block);
  const [eu, us] = REGIONS;
  expect(decodeEstimates(octets, [us!, eu!])).toBeUndefined();
  expect(decodeEstimates(octets, [eu!])).toBeUndefined();
  expect(decodeEstimates(octets, [eu!, { ...us!, longitude: 77 }])).toBeUndefined();
  expect(decodeEstimates(octets.subarray(0, -1), REGIONS)).toBeUndefined();
  expect(decodeEstimates(octets.subarray(0, 9), REGIONS)).toBeUndefined();
  for (const at of [0, 31, 32, 40, octets.length - 1]) {
    const broken = octets.map((octet, index) => (index === at ? octet ^ 1 : octet));
    expect(decodeEstimates(broken, REGIONS)).toBeUndefined();
  }
});
