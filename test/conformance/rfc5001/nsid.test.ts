import { Answering, soaOf } from '../../support/answering.ts';
import { option, query } from '../../support/ask.ts';
import { type Case, testCases } from '../../support/case.ts';

const world = { zones: { 'example.com.': 'www A 192.0.2.1' } };
const NSID = option(3, '');
/** `fra1` */
const said = { options: [[3, '66726131']] } as const;
const www = { query: 'www.example.com. A', answer: ['www.example.com. 300 A 192.0.2.1'] };
const opt = (...options: readonly string[]): Pick<Case, 'asked'> => ({ asked: { edns: { options } } });

testCases('RFC 5001 section 2, a server that has a name', new Answering(world, { nsid: 'fra1' }), [
  { name: 'says it to who asks', ...www, ...opt(NSID), ...said },
  { name: 'once, however often it is asked', ...www, ...opt(NSID, NSID), ...said },
  { name: 'over TCP', ...www, ...opt(NSID), ...said, isStream: true },
  {
    name: 'whatever stands in the option of a query (section 2.1: nothing does)',
    ...www,
    ...opt(option(3, '00')),
    ...said,
  },
  { name: 'not to who does not ask', ...www, ...opt() },
  { name: 'not to who speaks no EDNS', ...www },
  {
    name: 'with NXDOMAIN',
    query: 'x.example.com. A',
    ...opt(NSID),
    ...said,
    rcode: 'NXDOMAIN',
    authority: [soaOf('example.com.')],
  },
  {
    name: 'with REFUSED',
    query: 'example.org. A',
    ...opt(NSID),
    rcode: 'REFUSED',
    options: [...said.options, [15, '0014']],
  },
  {
    name: 'with NOTIMP',
    query: 'example.com. A',
    asked: { opcode: 2, edns: { options: [NSID] } },
    ...said,
    rcode: 'NOTIMP',
  },
  { name: 'with FORMERR', query: query('', { edns: { options: [NSID] } }), ...said, rcode: 'FORMERR' },
  {
    name: 'not with BADVERS: what an option means in another version is not known',
    query: 'www.example.com. A',
    asked: { edns: { version: 1, options: [NSID] } },
    rcode: 'BADVERS',
  },
]);

testCases('RFC 5001 section 2.2, a server that has none', new Answering(world), [
  { name: 'ignores the question', ...www, ...opt(NSID) },
]);

testCases('a name of 100 octets, the longest', new Answering(world, { nsid: 'x'.repeat(100) }), [
  { name: 'is said in full', ...www, ...opt(NSID), options: [[3, '78'.repeat(100)]] },
]);
