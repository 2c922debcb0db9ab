import { Answering, SOA_RDATA, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const parent = `
child NS ns1.child
child NS stale
child DS 1 8 2 ${'ab'.repeat(32)}
child A 192.0.2.66
ns1.child A 192.0.2.53
www.child A 192.0.2.66
stale A 192.0.2.67
deep.er.b NS ns1.child
`;
const zones = {
  'example.com.': parent,
  'child.example.com.': 'www A 192.0.2.1\nns1 A 192.0.2.53\n*.any A 192.0.2.2',
  'a.child.example.com.': '@ A 192.0.2.3',
  'example.net.': '@ A 192.0.2.4',
  '2.0.192.in-addr.arpa.': '1 PTR www.child.example.com.',
};
const denied = (apex: string) => ({ rcode: 'NXDOMAIN', authority: [soaOf(apex)] }) as const;
const ds = `child.example.com. 300 DS \\# 36 00010802${'ab'.repeat(32)}`;

testCases('RFC 1034 section 4.3.2 step 2, the nearest zone of many', new Answering({ zones }), [
  {
    name: 'the child answers for its names, not the parent',
    query: 'www.child.example.com. A',
    answer: ['www.child.example.com. 300 A 192.0.2.1'],
  },
  {
    name: "the child's apex is not the parent's cut",
    query: 'child.example.com. NS',
    answer: ['child.example.com. 300 NS ns1.example.'],
  },
  {
    name: "the parent's data at the child's apex is hidden",
    query: 'child.example.com. A',
    authority: [soaOf('child.example.com.')],
  },
  { name: "the child's SOA", query: 'child.example.com. SOA', answer: [`child.example.com. 300 SOA ${SOA_RDATA}`] },
  { name: 'the grandchild', query: 'a.child.example.com. A', answer: ['a.child.example.com. 300 A 192.0.2.3'] },
  {
    name: 'denials come from the nearest zone',
    query: 'nope.a.child.example.com. A',
    ...denied('a.child.example.com.'),
  },
  { name: 'and from the child', query: 'nope.child.example.com. A', ...denied('child.example.com.') },
  { name: 'and from the parent', query: 'nope.example.com. A', ...denied('example.com.') },
  {
    name: 'wildcards of the child',
    query: 'x.any.child.example.com. A',
    answer: ['x.any.child.example.com. 300 A 192.0.2.2'],
  },
  { name: 'a zone beside it', query: 'example.net. A', answer: ['example.net. 300 A 192.0.2.4'] },
  {
    name: 'a reverse zone',
    query: '1.2.0.192.in-addr.arpa. PTR',
    answer: ['1.2.0.192.in-addr.arpa. 300 PTR www.child.example.com.'],
  },
  {
    name: 'DS: the parent answers, with its own (RFC 4035 section 3.1.4.1)',
    query: 'child.example.com. DS',
    answer: [ds],
  },
  {
    name: 'glue of another cut may stand in a child that is served',
    query: 'deep.er.b.example.com. A',
    flags: '',
    authority: ['deep.er.b.example.com. 300 NS ns1.child.example.com.'],
    additional: ['ns1.child.example.com. 300 A 192.0.2.53'],
  },
  {
    name: 'DS where parent and child are served and the parent has none',
    query: 'a.child.example.com. DS',
    authority: [soaOf('a.child.example.com.')],
  },
]);

const withRoot = new Answering({
  zones: { '.': 'com NS ns.com\nns.com A 192.0.2.1', 'example.com.': 'www A 192.0.2.2' },
});
testCases('RFC 1034 section 4.3.2 step 2, the root served too', withRoot, [
  { name: 'the nearest zone wins', query: 'www.example.com. A', answer: ['www.example.com. 300 A 192.0.2.2'] },
  { name: 'the root denies', query: 'org. A', rcode: 'NXDOMAIN', authority: [soaOf('.')] },
  { name: 'the root answers for itself', query: '. NS', answer: ['. 300 NS ns1.example.'] },
  {
    name: 'the root refers',
    query: 'example.org.com. A',
    flags: '',
    authority: ['com. 300 NS ns.com.'],
    additional: ['ns.com. 300 A 192.0.2.1'],
  },
]);

const threeDeep = (order: readonly string[]) => {
  const texts: Readonly<Record<string, string>> = {
    'example.com.': `b NS ns1.example.\na.b DS 1 8 2 ${'01'.repeat(32)}`,
    'b.example.com.': `a NS ns1.example.\na DS 2 8 2 ${'02'.repeat(32)}`,
    'a.b.example.com.': 'www A 192.0.2.1',
  };
  return new Answering({ zones: Object.fromEntries(order.map((apex) => [apex, texts[apex]])) });
};
const apexes = ['example.com.', 'b.example.com.', 'a.b.example.com.'];
const ofNearest = {
  query: 'a.b.example.com. DS',
  answer: [`a.b.example.com. 300 DS \\# 36 00020802${'02'.repeat(32)}`],
};
testCases('RFC 4035 section 3.1.4.1, a DS in two zones above', threeDeep(apexes), [
  { name: 'the nearer answers', ...ofNearest },
]);
testCases('in any order of zones', threeDeep(apexes.toReversed()), [{ name: 'the nearer answers', ...ofNearest }]);

const occluded = new Answering({
  zones: {
    'example.com.': `b NS ns1.example.\na.b DS 1 8 2 ${'01'.repeat(32)}`,
    'a.b.example.com.': 'www A 192.0.2.1',
  },
});
testCases('RFC 4035 section 3.1.4.1, a DS below a cut', occluded, [
  {
    name: 'is the delegated zone’s to answer',
    query: 'a.b.example.com. DS',
    flags: '',
    authority: ['b.example.com. 300 NS ns1.example.'],
  },
  {
    name: 'and the child goes on answering',
    query: 'www.a.b.example.com. A',
    answer: ['www.a.b.example.com. 300 A 192.0.2.1'],
  },
]);
