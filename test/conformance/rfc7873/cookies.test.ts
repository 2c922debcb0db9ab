import { Answering } from '../../support/answering.ts';
import { option, query } from '../../support/ask.ts';
import { type Case, testCases } from '../../support/case.ts';
import { CLIENT, FROM, NOW_MS, SECRET, SERVER } from '../../support/cookie.ts';
import { UDP_ONLY } from '../../support/way.ts';

const world = { zones: { 'example.com.': 'www A 192.0.2.1' } };
const serverOf = (isRequired: boolean) =>
  new Answering(world, { cookies: { secrets: [SECRET], isRequired } }, () => NOW_MS);
const answering = serverOf(false);
const demanding = serverOf(true);

const answer = ['www.example.com. 300 A 192.0.2.1'];
const asked = (...options: readonly string[]): Pick<Case, 'query' | 'from' | 'asked'> => ({
  query: 'www.example.com. A',
  from: FROM,
  asked: { edns: { options } },
});
const cookie = (data: string): string => option(10, data);
const good = { options: [[10, CLIENT + SERVER]] } as const;
/** What was never ours, in lengths that a server's part may have. */
const strange = (octets: number): string => CLIENT + 'a5'.repeat(octets);
const STRANGE = [8, 15, 16, 17, 24, 31, 32];

testCases('RFC 7873 section 5.2.2, an option of a length that none can have: FORMERR', answering, [
  ...[0, 1, 7, 9, 15, 41, 48, 256].map(
    (octets): Case => ({
      name: `${octets} octets`,
      ...asked(cookie('a5'.repeat(octets))),
      rcode: 'FORMERR',
    }),
  ),
]);

testCases('RFC 7873 section 5.2.3, a client that has no cookie of ours yet', answering, [
  { name: 'is answered, and given one', ...asked(cookie(CLIENT)), answer, ...good },
  { name: 'over TCP too', ...asked(cookie(CLIENT)), answer, ...good, isStream: true },
]);

testCases('RFC 7873 section 5.2.4, one that is not good', answering, [
  ...STRANGE.map(
    (octets): Case => ({
      name: `${octets} octets: answered, and another given`,
      ...asked(cookie(strange(octets))),
      answer,
      ...good,
    }),
  ),
]);

testCases('RFC 7873 section 5.2.5, one that is good', answering, [
  { name: 'comes back as it is', ...asked(cookie(CLIENT + SERVER)), answer, ...good },
  { name: 'over TCP too', ...asked(cookie(CLIENT + SERVER)), answer, ...good, isStream: true },
]);

testCases('RFC 7873 section 5.2, of several options the first counts', answering, [
  { name: 'another client cookie behind it', ...asked(cookie(CLIENT), cookie('00'.repeat(8))), answer, ...good },
  { name: 'one of an impossible length behind it', ...asked(cookie(CLIENT), cookie('00')), answer, ...good },
  { name: 'one of an impossible length before it', ...asked(cookie('00'), cookie(CLIENT)), rcode: 'FORMERR' },
  {
    name: 'a good one behind one that is not',
    ...asked(cookie(strange(16)), cookie(CLIENT + SERVER)),
    answer,
    ...good,
  },
]);

const again = { rcode: 'BADCOOKIE', ...good } as const;
/** Of who asks over TCP the address is known. */
const forUdp = { ...again, ...UDP_ONLY };
testCases('RFC 7873 section 5.2.3 and 5.2.4, where cookies are required', demanding, [
  { name: 'no option: answered', query: 'www.example.com. A', from: FROM, answer },
  { name: 'EDNS without the option: answered', ...asked(), answer },
  { name: 'the client part alone: BADCOOKIE, with a cookie to come again with', ...asked(cookie(CLIENT)), ...forUdp },
  ...STRANGE.map(
    (octets): Case => ({
      name: `a strange one of ${octets} octets: BADCOOKIE`,
      ...asked(cookie(strange(octets))),
      ...forUdp,
    }),
  ),
  { name: 'a good one: answered', ...asked(cookie(CLIENT + SERVER)), answer, ...good },
  { name: 'the client part over TCP: answered', ...asked(cookie(CLIENT)), answer, ...good, isStream: true },
  { name: 'a strange one over TCP: answered', ...asked(cookie(strange(16))), answer, ...good, isStream: true },
  { name: 'a name that is not ours: not looked for', ...asked(cookie(CLIENT)), query: 'example.org. A', ...forUdp },
  {
    name: 'a name of class CHAOS: not looked for',
    ...asked(cookie(CLIENT)),
    query: 'id.server. TXT',
    asked: { class: 3, edns: { options: [cookie(CLIENT)] } },
    ...forUdp,
  },
  { name: 'a malformed message: FORMERR goes first', ...asked(cookie(CLIENT), '00'), rcode: 'FORMERR', ...good },
  {
    name: 'another opcode: NOTIMP goes first',
    ...asked(),
    asked: { opcode: 2, edns: { options: [cookie(CLIENT)] } },
    rcode: 'NOTIMP',
    ...good,
  },
]);

const alone = (...options: readonly string[]): Pick<Case, 'query' | 'from' | 'flags'> => ({
  query: query('', { edns: { options } }),
  from: FROM,
  flags: '',
});
for (const [heading, server] of [
  ['where they are not required', answering],
  ['where they are', demanding],
] as const) {
  testCases(`RFC 7873 section 5.4, a query without a question, ${heading}`, server, [
    { name: 'with the client part: NOERROR, and a cookie', ...alone(cookie(CLIENT)), ...good },
    { name: 'over TCP too', ...alone(cookie(CLIENT)), ...good, isStream: true },
    { name: 'with a good cookie: NOERROR', ...alone(cookie(CLIENT + SERVER)), ...good },
    { name: 'with a strange one: BADCOOKIE', ...alone(cookie(strange(16))), ...again },
    { name: 'with a strange one over TCP: BADCOOKIE', ...alone(cookie(strange(16))), ...again, isStream: true },
    { name: 'without a cookie: FORMERR', ...alone(), rcode: 'FORMERR' },
    { name: 'without EDNS: FORMERR', query: query(''), from: FROM, rcode: 'FORMERR' },
    { name: 'with one of an impossible length: FORMERR', ...alone(cookie('00')), rcode: 'FORMERR' },
  ]);
}
