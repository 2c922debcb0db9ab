import { describe, expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { option, query } from '../../support/ask.ts';
import { decode } from '../../support/case.ts';
import { CLIENT, FROM, hex, NOW_MS, SECRET, SERVER } from '../../support/cookie.ts';
import { UDP_ONLY } from '../../support/way.ts';

const world = { zones: { 'example.com.': '@ A 192.0.2.1' } };
const NOW = NOW_MS / 1000;

/** What comes back, and whether what was sent was good: one that is not is BADCOOKIE here, over UDP. */
function exchange(secrets: readonly Uint8Array[], sent: string, from: string, nowSeconds: number) {
  const answering = new Answering(world, { cookies: { secrets, isRequired: true } }, () => nowSeconds * 1000 + 999);
  const asked = query('example.com. A', { edns: { options: [option(10, sent)] } });
  const { rcode, opt } = decode(answering.ask(asked, { from, ...UDP_ONLY }));
  return { isGood: rcode === 0, cookie: opt?.options[0]?.[1] };
}

describe('RFC 9018 appendix A', () => {
  const OLD = hex('dd3bdf9344b678b185a6f5cb60fca715');
  const NEW = hex('445536bcd2513298075a5d379663c962');
  const A3 = 'fc93fc62807ddb86';

  test.each([
    ['A.1: learning one', [SECRET], CLIENT, FROM, NOW, false, `${CLIENT}${SERVER}`],
    ['A.2: coming back', [SECRET], CLIENT + SERVER, FROM, NOW + 600, true, `${CLIENT}${SERVER}`],
    [
      'A.2: and 40 minutes later',
      [SECRET],
      CLIENT + SERVER,
      FROM,
      1559734385,
      true,
      `${CLIENT}010000005cf7a871d4a564a1442aca77`,
    ],
    [
      'A.3: reserved octets that are not 0 are hashed, and kept',
      [SECRET],
      `${A3}01abcdef5cf78f71a314227b6679ebf5`,
      '203.0.113.203',
      1559727985,
      true,
      `${A3}01abcdef5cf78f71a314227b6679ebf5`,
    ],
    [
      'A.3: and two hours later',
      [SECRET],
      `${A3}01abcdef5cf78f71a314227b6679ebf5`,
      '203.0.113.203',
      1559734700,
      false,
      `${A3}010000005cf7a9acf73a7810aca2381e`,
    ],
    [
      'A.4: over IPv6, by a secret that is on its way out',
      [NEW, OLD],
      '22681ab97d52c298010000005cf7c57926556bd0934c72f8',
      '2001:db8:220:1:59de:d0f4:8769:82b8',
      1559741961,
      true,
      '22681ab97d52c298010000005cf7c609a6bb79d16625507a',
    ],
  ])('%s', (_, secrets, sent, from, now, isGood, cookie) => {
    expect(exchange(secrets, sent, from, now)).toEqual({ isGood, cookie });
  });
});

describe('RFC 9018 section 4.3, how long it is good, and when it is made anew', () => {
  test.each([
    [-301, false, true],
    [-300, true, false],
    [0, true, false],
    [1799, true, false],
    [1800, true, true],
    [3600, true, true],
    [3601, false, true],
  ])('at an age of %i s', (age, isGood, isNew) => {
    const { isGood: wasGood, cookie } = exchange([SECRET], CLIENT + SERVER, FROM, NOW + age);
    expect([wasGood, cookie !== CLIENT + SERVER]).toEqual([isGood, isNew]);
  });
});

describe('RFC 9018 section 4.4, whom it is good for', () => {
  const IPV6 = '2001:db8::c633:6464';
  const given = (from: string): string => exchange([SECRET], CLIENT, from, NOW).cookie ?? '';

  test.each([
    ['the address it was made for', FROM, FROM, true],
    ['the address it was made for, IPv6', IPV6, IPV6, true],
    ['its neighbour', FROM, '198.51.100.101', false],
    ['its neighbour, IPv6', IPV6, '2001:db8::c633:6465', false],
    ['one that differs in the first octets alone', IPV6, '2001:db9::c633:6464', false],
    ['an IPv6 one that begins with the same octets', FROM, 'c633:6464::', false],
  ])('%s', (_, madeFor, sentFrom, isGood) => {
    expect(exchange([SECRET], given(madeFor), sentFrom, NOW).isGood).toBe(isGood);
  });

  test('another client cookie before it', () => {
    expect(exchange([SECRET], '00'.repeat(8) + SERVER, FROM, NOW).isGood).toBe(false);
  });

  test.each(Array.from({ length: 16 }, (_, index) => index))('octet %i of it changed', (index) => {
    const server = Buffer.from(SERVER, 'hex');
    server[index] ^= 1;
    // Time and reserved octets are hashed too; the version says how.
    expect(exchange([SECRET], CLIENT + server.toString('hex'), FROM, NOW).isGood).toBe(false);
  });
});

describe('RFC 9018 section 5, one secret follows another', () => {
  const NEXT = hex('445536bcd2513298075a5d379663c962');
  const old = CLIENT + SERVER;

  test('first the next is accepted, then it makes them, then the old one is gone', () => {
    const made = exchange([NEXT], CLIENT, FROM, NOW).cookie ?? '';
    expect(made).not.toBe(old);
    expect(exchange([SECRET, NEXT], old, FROM, NOW)).toEqual({ isGood: true, cookie: old });
    expect(exchange([SECRET, NEXT], made, FROM, NOW)).toEqual({ isGood: true, cookie: old });
    expect(exchange([NEXT, SECRET], old, FROM, NOW)).toEqual({ isGood: true, cookie: made });
    expect(exchange([NEXT, SECRET], made, FROM, NOW)).toEqual({ isGood: true, cookie: made });
    expect(exchange([NEXT], old, FROM, NOW)).toEqual({ isGood: false, cookie: made });
  });
});
