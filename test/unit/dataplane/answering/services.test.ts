import { describe, expect, test } from 'vitest';
import { Answering, SOA_RDATA, soaOf } from '../../../support/answering.ts';
import { query } from '../../../support/ask.ts';
import { decode, testCases } from '../../../support/case.ts';

const answering = new Answering({
  zones: {
    'example.com.': `
@ SERVICE web
@ MX 10 mail
@ TXT "hello"
www SERVICE web
brief 5 SERVICE web
www TXT "www"
*.tenant SERVICE web
named.tenant TXT "t"
alias CNAME www
a SERVICE a
all SERVICE all
two SERVICE two
backup SERVICE backup
refuse SERVICE refuse
to.refuse CNAME refuse
`,
  },
  services: {
    web: { endpoints: { here: ['192.0.2.1', '2001:db8::1'] } },
    a: { endpoints: { here: ['192.0.2.2'] } },
    all: { endpoints: { one: ['192.0.2.66'], two: ['192.0.2.67'] }, answers: 2 },
    two: { endpoints: { one: ['192.0.2.3'], two: ['192.0.2.4'], three: ['192.0.2.5'] }, answers: 2 },
    refuse: { endpoints: { one: ['192.0.2.66'] }, whenAllDown: 'refuse' },
    backup: { endpoints: { one: ['192.0.2.66'] }, whenAllDown: { service: 'a' } },
  },
  down: ['192.0.2.66', '192.0.2.67'],
});
const v4 = (owner: string, ttl = 20) => [`${owner} ${ttl} A 192.0.2.1`];
const v6 = (owner: string) => [`${owner} 20 AAAA 2001:db8::1`];
const denied = { authority: [soaOf('example.com.')] };

testCases('a service at the apex', answering, [
  { name: 'A', query: 'example.com. A', answer: v4('example.com.') },
  { name: 'AAAA', query: 'example.com. AAAA', answer: v6('example.com.') },
  { name: 'the SOA beside it', query: 'example.com. SOA', answer: [`example.com. 300 SOA ${SOA_RDATA}`] },
  { name: 'the NS beside it', query: 'example.com. NS', answer: ['example.com. 300 NS ns1.example.'] },
  { name: 'the MX beside it', query: 'example.com. MX', answer: ['example.com. 300 MX 10 mail.example.com.'] },
  { name: 'what is not there', query: 'example.com. CAA'.replace('CAA', 'TYPE257'), ...denied },
]);

testCases('a service at a name', answering, [
  { name: 'A, in the case of the question', query: 'WWW.example.com. A', answer: v4('WWW.example.com.') },
  { name: 'with a TTL of the record’s own', query: 'brief.example.com. A', answer: v4('brief.example.com.', 5) },
  {
    name: 'another type beside it',
    query: 'www.example.com. TXT',
    answer: ['www.example.com. 300 TXT \\# 4 03777777'],
  },
  { name: 'no CNAME', query: 'www.example.com. CNAME', ...denied },
  {
    name: 'behind a CNAME',
    query: 'alias.example.com. AAAA',
    answer: ['alias.example.com. 300 CNAME www.example.com.', ...v6('www.example.com.')],
  },
  { name: 'by a wildcard', query: 'a.b.tenant.example.com. A', answer: v4('a.b.tenant.example.com.') },
  { name: 'the wildcard itself', query: '*.tenant.example.com. A', answer: v4('*.tenant.example.com.') },
  { name: 'a name that the wildcard does not cover', query: 'named.tenant.example.com. A', ...denied },
  { name: 'without addresses of the family', query: 'a.example.com. AAAA', ...denied },
  {
    name: 'all down: as if all were up',
    query: 'all.example.com. A',
    answer: ['all.example.com. 20 A 192.0.2.66', 'all.example.com. 20 A 192.0.2.67'],
  },
  {
    name: 'all down: another service, its own TTL',
    query: 'backup.example.com. A',
    answer: ['backup.example.com. 20 A 192.0.2.2'],
  },
]);

testCases('a service that refuses while all is down', answering, [
  { name: 'SERVFAIL', query: 'refuse.example.com. A', rcode: 'SERVFAIL' },
  {
    name: 'behind a CNAME, of which the server is sure',
    query: 'to.refuse.example.com. A',
    rcode: 'SERVFAIL',
    flags: 'aa',
    answer: ['to.refuse.example.com. 300 CNAME refuse.example.com.'],
  },
]);

describe('a draw', () => {
  test('names as many endpoints as asked for, none twice, and every pair sooner or later', () => {
    const pairs = new Set<string>();
    for (let draw = 0; draw < 200; draw++) {
      const { answer } = decode(answering.ask(query('two.example.com. A')));
      expect(answer).toHaveLength(2);
      pairs.add([...answer].sort().join());
    }
    expect(pairs.size).toBe(3);
  });
});
