import { expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { query } from '../../support/ask.ts';
import { readMessage } from '../../support/message.ts';

const OCTETS = Array.from({ length: 256 }, (_, octet) => octet);
const isUpper = (octet: number): boolean => octet >= 0x41 && octet <= 0x5a;
const escaped = (octet: number): string => `\\${String(octet).padStart(3, '0')}`;

/** Names are read by fours: each octet stands at each place of one, and in a last one that is not whole. */
const OTHERS = ['', '1', '12', '123'].flatMap((before) => ['', 'no', 'end'].map((after) => [before, after] as const));

// An address tells the names apart by what they have around the octet, and by the octet.
const answering = new Answering({
  zones: {
    'example.': OTHERS.flatMap(([before, after], place) =>
      OCTETS.filter((octet) => !isUpper(octet)).map(
        (octet) => `${before}${escaped(octet)}${after} A 192.0.${place}.${octet}`,
      ),
    ).join('\n'),
  },
});

function addressOf(name: string): string | undefined {
  const response = answering.ask(query(`${name}.EXAMPLE. A`), { isStream: true });
  return readMessage(response ?? new Uint8Array())
    .answer[0]?.split(' ')
    .at(-1);
}

test.each(OTHERS.map((other, place) => [...other, place] as const))(
  'RFC 4343 section 3, ASCII letters alone have a case: %j, any octet, %j',
  (before, after, place) => {
    for (const octet of OCTETS) {
      const known = isUpper(octet) ? octet + 0x20 : octet;
      for (const spelling of [`${before}${escaped(octet)}${after}`, `${before}${escaped(octet)}${after}`.toUpperCase()])
        expect(addressOf(spelling), `octet ${octet}`).toBe(`192.0.${place}.${known}`);
    }
  },
);

test('section 4.1, a label of any length is itself, be it that of a letter', () => {
  const lengths = [...OCTETS].filter((length) => length > 0 && length <= 63);
  const long = new Answering({
    zones: { 'example.': lengths.map((length) => `${'n'.repeat(length)} A 192.0.2.${length}`).join('\n') },
  });
  for (const length of lengths) {
    const response = long.ask(query(`${'N'.repeat(length)}.example. A`), { isStream: true });
    expect(readMessage(response ?? new Uint8Array()).answer).toEqual([
      `${'N'.repeat(length)}.example. 300 A 192.0.2.${length}`,
    ]);
  }
});
