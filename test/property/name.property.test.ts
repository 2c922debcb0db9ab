import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isSubdomain,
  labelsOf,
  lowerCaseName,
  nameEnd,
  nameFromText,
  nameToText,
  parentOf,
} from '../../src/dns/name.ts';
import { anyName } from '../support/arbitraries.ts';

test('a name written and read again is the same octets, with any origin', () => {
  fc.assert(
    fc.property(anyName, anyName, (name, origin) => {
      expect(nameFromText(nameToText(name), origin)).toEqual({ ok: true, name });
    }),
  );
});

test('its text is one word of printable ASCII', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      expect(nameToText(name)).toMatch(/^[\x21-\x7e]+$/);
    }),
  );
});

test('any text is a well-formed name or refused with a reason', () => {
  const nameLike = fc.string({ unit: fc.constantFrom('a', '.', '\\', '2', '5', '0', '@', ' ', 'é', '"') });
  fc.assert(
    fc.property(fc.oneof(fc.string(), nameLike), anyName, (text, origin) => {
      const parsed = nameFromText(text, origin);
      if (parsed.ok) expect(nameEnd(parsed.name, 0)).toBe(parsed.name.length);
      else expect(parsed.reason).not.toBe('');
    }),
  );
});

test('its labels and its parents agree', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const labels = labelsOf(name);
      let ancestors = 0;
      for (let at = parentOf(name); at !== undefined; at = parentOf(at)) {
        ancestors++;
        expect(labelsOf(at)).toEqual(labels.slice(ancestors));
        expect(isSubdomain(name, at)).toBe(true);
        expect(isSubdomain(at, name)).toBe(false);
      }
      expect(ancestors).toBe(labels.length);
    }),
  );
});

test('lower case changes no length, happens once, and hides no relation', () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const lower = lowerCaseName(name);
      expect(labelsOf(lower).map(({ length }) => length)).toEqual(labelsOf(name).map(({ length }) => length));
      expect(lowerCaseName(lower)).toBe(lower);
      expect(lower).not.toMatch(/[A-Z]/);
      expect(isSubdomain(name, lower) && isSubdomain(lower, name)).toBe(true);
    }),
  );
});
