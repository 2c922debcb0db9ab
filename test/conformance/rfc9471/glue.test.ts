import { describe, expect, test } from 'vitest';
import { Answering } from '../../support/answering.ts';
import { query } from '../../support/ask.ts';
import { decode, testCases } from '../../support/case.ts';
import { UDP_ONLY } from '../../support/way.ts';

const many = Array.from({ length: 20 }, (_, index) => `big NS ns${index}.big\nns${index}.big A 192.0.2.${index}\n`);
const siblings = Array.from(
  { length: 30 },
  (_, index) => `wide NS ns${index}.other\nns${index}.other A 192.0.2.${index}\n`,
);
const zones = {
  'example.com.': `
in NS ns.in
ns.in A 192.0.2.1
ns.in AAAA 2001:db8::1
sibling NS ns.in
sibling NS ns.sibling
ns.sibling A 192.0.2.2
auth NS ns
ns A 192.0.2.3
none NS ns.example.net.
case NS NS.Case
ns.case A 192.0.2.4
other NS ns1.example.
${many.join('')}
${siblings.join('')}
`,
};
const answering = new Answering({ zones });
const referral = (name: string, targets: readonly string[], additional: readonly string[]) => ({
  query: `www.${name}.example.com. A`,
  flags: '',
  authority: targets.map((target) => `${name}.example.com. 300 NS ${target}`),
  additional,
});

testCases('RFC 9471 section 2, glue in referrals', answering, [
  {
    name: 'in-domain: both families',
    ...referral(
      'in',
      ['ns.in.example.com.'],
      ['ns.in.example.com. 300 A 192.0.2.1', 'ns.in.example.com. 300 AAAA 2001:db8::1'],
    ),
  },
  {
    name: 'sibling glue as well',
    ...referral(
      'sibling',
      ['ns.in.example.com.', 'ns.sibling.example.com.'],
      [
        'ns.in.example.com. 300 A 192.0.2.1',
        'ns.in.example.com. 300 AAAA 2001:db8::1',
        'ns.sibling.example.com. 300 A 192.0.2.2',
      ],
    ),
  },
  {
    name: 'addresses of a name server that the zone itself has',
    ...referral('auth', ['ns.example.com.'], ['ns.example.com. 300 A 192.0.2.3']),
  },
  { name: 'none for a name server elsewhere', ...referral('none', ['ns.example.net.'], []) },
  {
    name: 'owned by the name as the NS record writes it',
    ...referral('case', ['NS.Case.example.com.'], ['NS.Case.example.com. 300 A 192.0.2.4']),
  },
]);

describe('RFC 9471 section 3, glue that does not fit', () => {
  const ask = (name: string, isStream = false) => {
    const octets = answering.ask(query(`www.${name}.example.com. A`), { isStream });
    return { message: decode(octets), bytes: octets?.length ?? 0 };
  };

  test('in-domain glue that is left out sets TC (section 3.1)', () => {
    const { message, bytes } = ask('big');
    expect(message.flags).toBe('tc');
    expect(bytes).toBeLessThanOrEqual(512);
  });

  test('all of it is there over TCP', () => {
    const { message } = ask('big', true);
    expect(message.flags).toBe('');
    expect(message.authority).toHaveLength(20);
    expect(message.additional).toHaveLength(20);
  });

  test('sibling glue that is left out does not (section 3.2)', () => {
    const octets = answering.ask(query('www.wide.example.com. A', { edns: { payloadBytes: 1232 } }), UDP_ONLY);
    const message = decode(octets);
    expect(message.flags).toBe('');
    expect(message.authority).toHaveLength(30);
    expect(message.additional.length).toBeGreaterThan(0);
    expect(message.additional.length).toBeLessThan(30);
  });

  test('a delegation that does not fit is empty, with TC', () => {
    const { message } = ask('wide');
    expect(message).toMatchObject({ flags: 'tc', answer: [], authority: [], additional: [] });
  });

  test('a target behind octet 16383 has no pointer that reaches it: its glue can not be told, even over TCP', () => {
    const long = Array.from({ length: 130 }, (_, index) => `${'x'.repeat(60)}.${'y'.repeat(60)}.ns${index}.huge`);
    const text = long.map((target, index) => `huge NS ${target}\n${target} A 192.0.2.${index}`).join('\n');
    const huge = new Answering({ zones: { 'example.com.': text } });
    const message = decode(huge.ask(query('huge.example.com. A'), { isStream: true }));
    expect(message.authority).toHaveLength(130);
    expect(message.flags).toBe('tc');
    expect(message.additional.length).toBeGreaterThan(50);
  });
});
