import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TYPE } from '../../src/dns/constants.ts';
import { formatRdata, isValidRdata, RDATA_TYPE_NAMES } from '../../src/dns/rdata/rdata.ts';
import { octets, RDATA_ARBITRARIES, typeAndRdata } from '../support/arbitraries.ts';
import { rdataFromText } from '../support/rdata-text.ts';

describe('valid rdata written and read again is the same octets', () => {
  test.each(RDATA_TYPE_NAMES)('%s', (name) => {
    fc.assert(
      fc.property(RDATA_ARBITRARIES[name], (rdata) => {
        const text = formatRdata(TYPE[name], rdata);
        // In the type's own form: the generic one would prove nothing here.
        expect(text).not.toMatch(/^\\# /);
        expect(rdataFromText(TYPE[name], text)).toEqual({ ok: true, rdata });
      }),
    );
  });
});

test('any octets written as any type are read as the same octets, or were not content of that type', () => {
  fc.assert(
    fc.property(fc.constantFrom(...RDATA_TYPE_NAMES, 'RRSIG' as const), octets(0, 40), (name, rdata) => {
      const parsed = rdataFromText(TYPE[name], formatRdata(TYPE[name], rdata));
      expect(parsed).toEqual(
        isValidRdata(TYPE[name], rdata) ? { ok: true, rdata } : { ok: false, fault: expect.anything() },
      );
    }),
    { numRuns: 500 },
  );
});

test('rdata with one octet changed, added or removed is still read as written, or refused', () => {
  const change = fc.record({ at: fc.nat(), octet: octets(0, 2), removed: fc.nat(1) });
  fc.assert(
    fc.property(typeAndRdata, change, ({ type, rdata }, { at, octet, removed }) => {
      const offset = at % (rdata.length + 1);
      const changed = rdata.slice(0, offset) + octet + rdata.slice(offset + removed);
      const parsed = rdataFromText(type, formatRdata(type, changed));
      expect(parsed.ok ? parsed.rdata : isValidRdata(type, changed)).toEqual(parsed.ok ? changed : false);
    }),
    { numRuns: 1_000 },
  );
});

test('any text is content of its type or refused at one of its words', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '0',
      '1',
      '255',
      '65536',
      '@',
      'www',
      'N',
      'E',
      'port=1',
      'alpn=h2',
      'mandatory=port',
      '\\#',
      '""',
      '"x',
      '(',
    ),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...RDATA_TYPE_NAMES), fc.array(word, { maxLength: 12 }), (name, words) => {
      const parsed = rdataFromText(TYPE[name], words.join(' '));
      if (parsed.ok) expect(isValidRdata(TYPE[name], parsed.rdata)).toBe(true);
      else expect(parsed.fault.tokenIndex).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 2_000 },
  );
});
