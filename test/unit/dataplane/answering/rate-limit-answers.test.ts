import { describe, expect, test } from 'vitest';
import type { RateLimitSettings } from '../../../../src/snapshot/settings.ts';
import { Answering, type Way } from '../../../support/answering.ts';
import { type Asked, option, query, subnetOption } from '../../../support/ask.ts';
import { decode, rcodeText } from '../../../support/case.ts';
import { CLIENT, FROM, NOW_MS, SECRET, SERVER } from '../../../support/cookie.ts';
import { limitsOf } from '../../../support/rate-limit.ts';

const world = {
  zones: {
    'example.com.': `
www A 192.0.2.1
www TXT "w"
*.wild A 192.0.2.2
*.alias CNAME www.example.net.
sub NS ns.example.
other NS ns.example.
old DNAME new.example.net.
geo SERVICE geo
`,
    'example.net.': 'a A 192.0.2.3',
  },
  services: { geo: { endpoints: { here: ['192.0.2.9'] } } },
};

/** Ten answers a second to one network, at a time that stands still. */
const limited = (settings: Partial<RateLimitSettings> = {}) =>
  new Answering(
    world,
    { rateLimit: limitsOf(settings), cookies: { secrets: [SECRET], isRequired: false } },
    () => NOW_MS,
  );

type Question = string | { readonly question: string; readonly asked: Asked };

function ask(server: Answering, question: Question, way: Way = {}): Uint8Array | undefined {
  const octets = typeof question === 'string' ? query(question) : query(question.question, question.asked);
  return server.ask(octets, { from: FROM, ...way });
}

/** How many of `count` questions get an answer. */
function answered(server: Answering, question: (index: number) => Question, way: Way = {}, count = 50): number {
  return Array.from({ length: count }, (_, index) => ask(server, question(index), way)).filter(Boolean).length;
}

describe('ten answers, then silence', () => {
  test.each<[string, (index: number) => Question]>([
    ['a name', () => 'www.example.com. A'],
    ['a name, of whatever type it has', (index) => `www.example.com. ${index % 2 === 0 ? 'A' : 'TXT'}`],
    ['a name, in whatever letters', (index) => `${index % 2 === 0 ? 'www' : 'WWW'}.example.com. A`],
    ['a service', () => 'geo.example.com. A'],
    ['random names that do not exist in a zone', (index) => `x${index}.example.com. A`],
    ['random names, many labels deep', (index) => `${index}.${index}.${index}.example.com. A`],
    ['random names under a wildcard', (index) => `x${index}.wild.example.com. A`],
    ['random names under a wildcard that is a CNAME', (index) => `x${index}.alias.example.com. A`],
    ['random names under a wildcard, of a type that it has not', (index) => `x${index}.wild.example.com. MX`],
    ['random names below a delegation', (index) => `x${index}.sub.example.com. A`],
    ['random names below a DNAME', (index) => `x${index}.old.example.com. A`],
    ['names of others', (index) => `x${index}.example.org. A`],
    ['zone transfers', (index) => `${index}.example.com. TYPE252`],
    ['other opcodes', (index) => ({ question: `x${index}.example.com. A`, asked: { opcode: 2 } })],
    ['malformed messages', (index) => ({ question: `x${index}.example.com. A`, asked: { trailing: '00' } })],
    ['EDNS versions', (index) => ({ question: `x${index}.example.com. A`, asked: { edns: { version: 1 } } })],
    ['class CHAOS', (index) => ({ question: `x${index}.example.com. A`, asked: { class: 3 } })],
  ])('to %s', (_, question) => {
    expect(answered(limited(), question)).toBe(10);
  });

  test('whatever the flood, all other questions are answered', () => {
    const server = limited();
    answered(server, (index) => `x${index}.example.com. A`);
    const others = [
      'www.example.com. A',
      'www.example.com. MX',
      'x.example.net. A',
      'x.wild.example.com. A',
      'x.sub.example.com. A',
      'x.other.example.com. A',
      'example.org. A',
    ];
    for (const question of others) expect(ask(server, question)).toBeDefined();
    expect(ask(server, 'y.example.com. A')).toBeUndefined();
    expect(ask(server, 'y.example.com. A', { from: '198.51.101.1' })).toBeDefined();
  });

  test('a stream is not limited, nor counted', () => {
    const server = limited();
    expect(answered(server, () => 'www.example.com. A', { isStream: true })).toBe(50);
    expect(answered(server, () => 'www.example.com. A')).toBe(10);
    expect(answered(server, () => 'www.example.com. A', { isStream: true })).toBe(50);
  });
});

describe('a good cookie', () => {
  const withCookie = (data: string) => () => ({
    question: 'www.example.com. A',
    asked: { edns: { options: [option(10, data)] } },
  });

  test('exempts a client, and others of its network are limited all the same', () => {
    const server = limited();
    expect(answered(server, withCookie(CLIENT + SERVER))).toBe(50);
    expect(answered(server, () => 'www.example.com. A')).toBe(10);
    expect(answered(server, withCookie(CLIENT + SERVER))).toBe(50);
  });

  test.each([
    ['the client part alone', CLIENT, FROM],
    ['a strange one', `${CLIENT}${'a5'.repeat(16)}`, FROM],
    ['one of another address', CLIENT + SERVER, '198.51.100.101'],
  ])('%s is none', (_, data, from) => {
    expect(answered(limited(), withCookie(data), { from })).toBe(10);
  });
});

describe('slip', () => {
  const flooded = (settings: Partial<RateLimitSettings>, question: Question) => {
    const server = limited(settings);
    for (let index = 0; index < 10; index++) ask(server, question);
    return Array.from({ length: 4 }, () => ask(server, question));
  };

  test('2: every other answer is empty, with TC', () => {
    const [first, second, third, fourth] = flooded({ slip: 2 }, 'www.example.com. A');
    expect([first, third]).toEqual([undefined, undefined]);
    const expected = {
      rcode: 0,
      flags: 'aa tc',
      question: 'www.example.com. A IN',
      answer: [],
      authority: [],
      additional: [],
      opt: undefined,
    };
    expect([second, fourth].map(decode)).toEqual([
      expect.objectContaining(expected),
      expect.objectContaining(expected),
    ]);
  });

  test('0: none', () => {
    expect(flooded({ slip: 0 }, 'www.example.com. A')).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each<[string, Question, string]>([
    ['NXDOMAIN, which is none without its SOA', 'x.example.com. A', 'NOERROR'],
    ['a referral', 'x.sub.example.com. A', 'NOERROR'],
    ['REFUSED', 'example.org. A', 'REFUSED'],
    ['an answer with EDNS', { question: 'www.example.com. A', asked: { edns: {} } }, 'NOERROR'],
    ['a message without a question', { question: '', asked: {} }, 'FORMERR'],
    ['half a message', { question: 'www.example.com. A', asked: { counts: [1, 1, 1, 1] } }, 'FORMERR'],
  ])('1, %s: no larger than the question with its OPT', (_, question, rcode) => {
    for (const octets of flooded({ slip: 1 }, question)) {
      const message = decode(octets);
      expect([rcodeText(message.rcode), message.flags.includes('tc')]).toEqual([rcode, true]);
      expect([...message.answer, ...message.authority, ...message.additional]).toEqual([]);
      expect(message.opt?.options).toEqual(
        typeof question === 'string' || question.asked.edns === undefined ? undefined : [],
      );
    }
  });

  const withCookie = { edns: { options: [option(10, CLIENT)] } };

  test.each<[string, Question]>([
    ['an answer', { question: 'www.example.com. A', asked: withCookie }],
    ['the answer of a service', { question: 'geo.example.com. A', asked: withCookie }],
    ['NXDOMAIN', { question: 'x.example.com. A', asked: withCookie }],
    ['REFUSED', { question: 'example.org. A', asked: withCookie }],
    ['a cookie and no question', { question: '', asked: withCookie }],
    ['another opcode', { question: 'www.example.com. A', asked: { ...withCookie, opcode: 2 } }],
  ])('1, %s to a client that knows cookies: BADCOOKIE with one, no TC (RFC 7873 section 5.2.3)', (_, question) => {
    for (const octets of flooded({ slip: 1 }, question)) {
      const { rcode, flags, answer, authority, opt } = decode(octets);
      expect([rcodeText(rcode), flags, answer, authority]).toEqual(['BADCOOKIE', '', [], []]);
      expect(opt?.options).toEqual([[10, CLIENT + SERVER]]);
    }
  });

  test('1: who comes again with the cookie is answered', () => {
    const server = limited({ slip: 1 });
    const asking = (data: string) => ({
      question: 'www.example.com. A',
      asked: { edns: { options: [option(10, data)] } },
    });
    const answers = Array.from({ length: 11 }, () => decode(ask(server, asking(CLIENT))));
    const [, cookie = ''] = answers.at(-1)?.opt?.options[0] ?? [];
    expect([answers.at(-1)?.rcode, decode(ask(server, asking(cookie))).answer]).toEqual([
      23,
      ['www.example.com. 300 A 192.0.2.1'],
    ]);
  });

  test('1: an answer that depends on the client, emptied, has no scope', () => {
    const asked = { edns: { options: [subnetOption(1, 24, 'c60a01')] } };
    for (const octets of flooded({ slip: 1 }, { question: 'geo.example.com. A', asked })) {
      expect(decode(octets).opt?.options).toEqual([[8, '00011800c60a01']]);
    }
  });
});

test('a secret that is required and a limit: who has no cookie yet is asked to come again, within the limit', () => {
  const required = new Answering(
    world,
    { rateLimit: limitsOf(), cookies: { secrets: [SECRET], isRequired: true } },
    () => NOW_MS,
  );
  const question = { question: 'www.example.com. A', asked: { edns: { options: [option(10, CLIENT)] } } };
  expect(rcodeText(decode(ask(required, question)).rcode)).toBe('BADCOOKIE');
  expect(answered(required, () => question)).toBe(9);
});
