import { describe, expect, test } from 'vitest';
import { Answering, type Way } from '../../support/answering.ts';
import { option, query } from '../../support/ask.ts';
import { decode } from '../../support/case.ts';
import { UDP_ONLY } from '../../support/way.ts';

const PADDING = 12;
const BLOCK_BYTES = 468;
const ENCRYPTED: Way = { isStream: true, isEncrypted: true };

/** `tNNNN` has a TXT record of so many octets of rdata, in strings of 200 and what is left. */
const txt = (name: string, octets: number): string => {
  const strings = Array.from({ length: Math.floor(octets / 200) }, () => `"${'x'.repeat(199)}"`);
  return `${name} TXT ${[...strings, `"${'x'.repeat((octets % 200) - 1)}"`].join(' ')}`;
};
/** With header, question and OPT, 65,524 octets: in the last block, which a message can not fill. And 65,534. */
const large = 65_465;
const largest = 65_475;
const sizes = Array.from({ length: 600 }, (_, index) => index + 1).filter((octets) => octets % 200 !== 0);
const answering = new Answering({
  zones: {
    'example.com.': [
      ...[...sizes, large, largest].map((octets) => txt(`t${String(octets).padStart(5, '0')}`, octets)),
      'a A 192.0.2.1',
    ].join('\n'),
  },
});

function ask(question: string, way: Way, options: readonly string[] = [option(PADDING, '')]) {
  const octets = answering.ask(query(question, { edns: { options } }), way);
  const padding = decode(octets).opt?.options.find(([code]) => code === PADDING)?.[1];
  return { bytes: octets?.length ?? 0, padding };
}

const nameOf = (octets: number): string => `t${String(octets).padStart(5, '0')}.example.com. TXT`;

describe('RFC 7830 section 4 and RFC 8467 section 4.1, answers that nobody can read are padded for who asks', () => {
  test('to a multiple of 468 octets, whatever their length, with the least that does it', () => {
    for (const octets of sizes) {
      const { bytes: bare } = ask(nameOf(octets), ENCRYPTED, []);
      const { bytes, padding = '' } = ask(nameOf(octets), ENCRYPTED);
      expect([octets, bytes % BLOCK_BYTES, bytes - bare]).toEqual([octets, 0, 4 + padding.length / 2]);
      expect(padding.length / 2).toBeLessThan(BLOCK_BYTES);
    }
  });

  test('by zeros (RFC 7830 section 3)', () => {
    expect(ask('a.example.com. A', ENCRYPTED).padding).toMatch(/^(00)+$/);
  });

  test('which reach to the next multiple where the answer is at one already', () => {
    const octets = sizes.find((size) => ask(nameOf(size), ENCRYPTED, []).bytes === BLOCK_BYTES) ?? 0;
    expect(ask(nameOf(octets), ENCRYPTED)).toEqual({ bytes: 2 * BLOCK_BYTES, padding: '00'.repeat(BLOCK_BYTES - 4) });
  });

  test('or are none, where the option itself makes up the multiple', () => {
    const octets = sizes.find((size) => ask(nameOf(size), ENCRYPTED, []).bytes === BLOCK_BYTES - 4) ?? 0;
    expect(ask(nameOf(octets), ENCRYPTED)).toEqual({ bytes: BLOCK_BYTES, padding: '' });
  });

  test('never beyond what a message can have', () => {
    const { bytes: bare } = ask(nameOf(large), ENCRYPTED, []);
    expect(bare).toBeLessThan(65_535 - 4);
    expect(Math.ceil((bare + 4) / BLOCK_BYTES) * BLOCK_BYTES).toBeGreaterThan(65_535);
    expect(ask(nameOf(large), ENCRYPTED).bytes).toBe(65_535);
    expect(ask(nameOf(largest), ENCRYPTED)).toEqual({ bytes: 65_534, padding: undefined });
  });

  test('behind all other options, with an error too', () => {
    const asked = query('example.org. A', { edns: { options: [option(PADDING, 'ffff')] } });
    const octets = answering.ask(asked, ENCRYPTED);
    expect(octets).toHaveLength(BLOCK_BYTES);
    expect(decode(octets).opt?.options.map(([code]) => code)).toEqual([15, PADDING]);
  });
});

describe('not padded', () => {
  test.each<[string, Way, readonly string[]]>([
    ['where nobody asks', ENCRYPTED, []],
    ['over TCP', { isStream: true, isEncrypted: false }, [option(PADDING, '00')]],
    ['over UDP', UDP_ONLY, [option(PADDING, '00')]],
  ])('%s', (_, way, options) => {
    expect(ask('a.example.com. A', way, options).padding).toBeUndefined();
  });

  test('where there is no EDNS', () => {
    expect(decode(answering.ask(query('a.example.com. A'), ENCRYPTED)).opt).toBeUndefined();
  });
});
