import { describe, expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { query, subnetOption } from '../../support/ask.ts';
import { decode } from '../../support/case.ts';
import { UDP_ONLY } from '../../support/way.ts';

const rrset = (owner: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${owner} AAAA 2001:db8::${(index + 1).toString(16)}`).join('\n');

const zones = {
  'example.com.': `
${rrset('fit512', 17)}
${rrset('over512', 18)}
${rrset('over1232', 45)}
to CNAME over1232
c512 CNAME over512
${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)} CNAME ${'u'.repeat(60)}.${'v'.repeat(60)}.${'w'.repeat(60)}
`,
};
const services = { wide: { endpoints: { here: Array.from({ length: 45 }, (_, i) => `2001:db8::${i + 1}`) } } };
const answering = new Answering({ zones: { 'example.com.': `${zones['example.com.']}\nsvc SERVICE wide` }, services });

interface Asking {
  readonly payloadBytes?: number;
  readonly isStream?: boolean;
  readonly type?: string;
}
function ask(label: string, { payloadBytes, isStream = false, type = 'AAAA' }: Asking = {}) {
  const edns = payloadBytes === undefined ? {} : { edns: { payloadBytes } };
  const octets = answering.ask(query(`${label}.example.com. ${type}`, edns), { isStream });
  const { flags, answer, opt } = decode(octets);
  return { bytes: octets?.length ?? 0, flags, answers: answer.length, hasOpt: opt !== undefined };
}

describe('RFC 1035 section 4.2.1 and RFC 6891 section 6.2.5, the size of a UDP answer', () => {
  test.each([
    ['fits 512 without EDNS', 'fit512', {}, { flags: 'aa', answers: 17 }],
    ['beyond 512 without EDNS', 'over512', {}, { flags: 'aa tc', answers: 0 }],
    ['beyond 512 with EDNS', 'over512', { payloadBytes: 1232 }, { flags: 'aa', answers: 18 }],
    [
      'a payload of less than 512 means 512 (section 6.2.3)',
      'fit512',
      { payloadBytes: 511 },
      { flags: 'aa tc', answers: 0 },
    ],
    ['a payload of 0 means 512', 'fit512', { payloadBytes: 0 }, { flags: 'aa tc', answers: 0 }],
    ['just enough with the OPT', 'fit512', { payloadBytes: 523 }, { flags: 'aa', answers: 17 }],
    ['one octet less', 'fit512', { payloadBytes: 522 }, { flags: 'aa tc', answers: 0 }],
    ['never more than 1232, whatever is offered', 'over1232', { payloadBytes: 65535 }, { flags: 'aa tc', answers: 0 }],
    ['whole over TCP', 'over1232', { isStream: true, payloadBytes: 512 }, { flags: 'aa', answers: 45 }],
    ['whole over TCP without EDNS', 'over1232', { isStream: true }, { flags: 'aa', answers: 45 }],
    ['a chain that ends too large: the CNAME, then TC', 'to', { payloadBytes: 1232 }, { flags: 'aa tc', answers: 1 }],
    ['a chain that fits', 'c512', { payloadBytes: 1232 }, { flags: 'aa', answers: 19 }],
    ['a service that fits not', 'svc', { payloadBytes: 1232 }, { flags: 'aa tc', answers: 0 }],
    ['a service over TCP', 'svc', { isStream: true }, { flags: 'aa', answers: 45 }],
  ] as const)('%s', (_, label, asking, expected) => {
    const { bytes, hasOpt, ...answered } = ask(label, asking);
    expect(answered).toEqual(expected);
    expect(hasOpt).toBe('payloadBytes' in asking);
    const offered = 'payloadBytes' in asking ? Math.max(512, asking.payloadBytes) : 512;
    if (!('isStream' in asking)) expect(bytes).toBeLessThanOrEqual(Math.min(offered, 1232));
  });
});

describe('RFC 2181 section 9, TC only where required data is missing', () => {
  const long = `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}`;

  test('a denial whose SOA does not fit is truncated: it could not be cached', () => {
    const rdata = `${'m'.repeat(63)}.${'n'.repeat(63)}.example. ${'o'.repeat(63)}.${'p'.repeat(63)}.${'q'.repeat(63)}.example. 1 2 3 4 60`;
    const large = new Answering({ zones: { 'example.com.': `@ SOA ${rdata}\n@ NS ns1.example.` } });
    const message = decode(large.ask(query(`${long}.example.com. A`), UDP_ONLY));
    expect(message).toMatchObject({ rcode: 3, flags: 'aa tc', answer: [], authority: [] });
  });

  test('a DNAME that fits without its CNAME', () => {
    const chain = new Answering({ zones: { 'example.com.': `one DNAME ${long}.${'t'.repeat(40)}.example.net.` } });
    const message = decode(chain.ask(query('abc.one.example.com. A'), UDP_ONLY));
    expect([message.flags, message.rcode, message.answer.length]).toEqual(['aa tc', 0, 1]);
  });

  test('a DNAME that does not fit', () => {
    const links = Array.from({ length: 3 }, (_, index) => `n${index} DNAME ${long}.n${index + 1}`);
    const chain = new Answering({ zones: { 'example.com.': links.join('\n') } });
    const message = decode(chain.ask(query('a.n0.example.com. A'), UDP_ONLY));
    expect([message.flags, message.answer.length]).toEqual(['aa tc', 2]);
  });

  test('a CNAME that does not fit', () => {
    const chain = Array.from({ length: 6 }, (_, index) => `${long}.c${index} CNAME ${long}.c${index + 1}`).join('\n');
    const served = new Answering({ zones: { 'example.com.': chain } });
    const message = decode(served.ask(query(`${long}.c0.example.com. A`), UDP_ONLY));
    expect([message.flags, message.answer.length]).toEqual(['aa tc', 1]);
  });
});

describe('RFC 6891 section 7, the OPT always fits', () => {
  test.each(Array.from({ length: 60 }, (_, index) => 512 + index))('payload %i', (payloadBytes) => {
    const octets = answering.ask(
      query('over512.example.com. AAAA', {
        edns: { payloadBytes, options: [subnetOption(2, 128, '20010db8'.padEnd(32, '0'))] },
      }),
      UDP_ONLY,
    );
    const { opt } = decode(octets);
    expect(opt?.options).toHaveLength(1);
    expect(octets?.length).toBeLessThanOrEqual(payloadBytes);
  });
});
