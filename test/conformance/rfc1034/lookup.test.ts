import { Answering, SOA_RDATA, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const zones = {
  'example.com.': `
www A 192.0.2.1
www A 192.0.2.2
www MX 10 mail
mail A 192.0.2.3
a.b.c A 192.0.2.4
alias CNAME www
outside CNAME www.example.net.
sub NS ns.sub
sub NS ns.example.net.
ns.sub A 192.0.2.53
sub TXT "occluded"
www.sub A 192.0.2.5
*.wild TXT "w"
`,
};

const apexNs = ['example.com. 300 NS ns1.example.'];
const referral = {
  flags: '',
  authority: ['sub.example.com. 300 NS ns.sub.example.com.', 'sub.example.com. 300 NS ns.example.net.'],
  additional: ['ns.sub.example.com. 300 A 192.0.2.53'],
};
const www = ['www.example.com. 300 A 192.0.2.1', 'www.example.com. 300 A 192.0.2.2'];
const toReferral = ['alias.example.org. 300 CNAME www.sub.example.com.'];

testCases('RFC 1034 section 4.3.2, the algorithm', new Answering({ zones }), [
  { name: 'step 2: a name in no zone is refused', query: 'www.example.org. A', rcode: 'REFUSED' },
  { name: 'step 2: the parent of a zone is refused', query: 'com. NS', rcode: 'REFUSED' },
  { name: 'step 2: the root is refused', query: '. NS', rcode: 'REFUSED' },
  { name: 'step 2: a name that ends like the apex is not in the zone', query: 'badexample.com. A', rcode: 'REFUSED' },
  { name: 'step 3a: the whole name matches, and the RRset is there', query: 'www.example.com. A', answer: www },
  {
    name: 'step 3a: only the RRset that was asked for',
    query: 'www.example.com. MX',
    answer: ['www.example.com. 300 MX 10 mail.example.com.'],
  },
  {
    name: 'step 3a: the name matches, the type does not: NODATA',
    query: 'mail.example.com. MX',
    authority: [soaOf('example.com.')],
  },
  { name: 'step 3a: an empty non-terminal exists', query: 'b.c.example.com. A', authority: [soaOf('example.com.')] },
  {
    name: 'step 3a: a CNAME is followed',
    query: 'alias.example.com. A',
    answer: ['alias.example.com. 300 CNAME www.example.com.', ...www],
  },
  {
    name: 'step 3a: a CNAME that was asked for is not followed',
    query: 'alias.example.com. CNAME',
    answer: ['alias.example.com. 300 CNAME www.example.com.'],
  },
  {
    name: 'step 3a: a CNAME that leads out of the zones ends the answer',
    query: 'outside.example.com. A',
    answer: ['outside.example.com. 300 CNAME www.example.net.'],
  },
  { name: 'step 3b: at a zone cut', query: 'sub.example.com. A', ...referral },
  { name: 'step 3b: below a zone cut, occluded data notwithstanding', query: 'www.sub.example.com. A', ...referral },
  { name: 'step 3b: the NS RRset at a cut is a referral too', query: 'sub.example.com. NS', ...referral },
  { name: 'step 3b: other data at the cut is not ours to answer', query: 'sub.example.com. TXT', ...referral },
  { name: 'step 3b: glue is no answer', query: 'ns.sub.example.com. A', ...referral },
  { name: 'step 3b: ANY at the cut', query: 'sub.example.com. ANY', ...referral },
  { name: 'step 3b: a name that is not there, far below the cut', query: 'a.b.c.d.sub.example.com. A', ...referral },
  { name: 'step 3b: the NS at the apex are no cut', query: 'example.com. NS', answer: apexNs },
  { name: 'step 3b: a SOA at the apex', query: 'example.com. SOA', answer: [`example.com. 300 SOA ${SOA_RDATA}`] },
  {
    name: 'step 3c: no such name',
    query: 'nope.example.com. A',
    rcode: 'NXDOMAIN',
    authority: [soaOf('example.com.')],
  },
  {
    name: 'step 3c: no such name, far below one',
    query: 'a.b.www.example.com. A',
    rcode: 'NXDOMAIN',
    authority: [soaOf('example.com.')],
  },
  { name: 'step 3c: a wildcard', query: 'x.wild.example.com. TXT', answer: ['x.wild.example.com. 300 TXT \\# 2 0177'] },
]);

const chained = {
  'example.com.': zones['example.com.'],
  'example.org.': `
alias CNAME www.sub.example.com.
gone CNAME nope.example.com.
empty CNAME mail.example.com.
one CNAME two
two CNAME three
three CNAME WWW.Example.COM.
loop CNAME pool
pool CNAME loop
self CNAME self
*.w CNAME x.w
${Array.from({ length: 12 }, (_, index) => `c${index} CNAME c${index + 1}`).join('\n')}
c12 A 192.0.2.12
`,
};
const link = (from: string, to: string) => `${from}.example.org. 300 CNAME ${to}`;
const mxDenial = { authority: [soaOf('example.com.')] };

testCases('RFC 1034 section 3.6.2, CNAME chains', new Answering({ zones: chained }), [
  {
    name: 'across zones served, each owner named as the CNAME before wrote it',
    query: 'one.example.org. A',
    answer: [
      link('one', 'two.example.org.'),
      link('two', 'three.example.org.'),
      link('three', 'WWW.Example.COM.'),
      'WWW.Example.COM. 300 A 192.0.2.1',
      'WWW.Example.COM. 300 A 192.0.2.2',
    ],
  },
  {
    name: 'to a zone cut: AA is for the first owner',
    query: 'alias.example.org. A',
    ...referral,
    flags: 'aa',
    answer: toReferral,
  },
  {
    name: 'to NXDOMAIN (RFC 6604 section 3)',
    query: 'gone.example.org. A',
    rcode: 'NXDOMAIN',
    answer: [link('gone', 'nope.example.com.')],
    ...mxDenial,
  },
  { name: 'to NODATA', query: 'empty.example.org. MX', answer: [link('empty', 'mail.example.com.')], ...mxDenial },
  {
    name: 'in a loop: each CNAME once',
    query: 'loop.example.org. A',
    answer: [link('loop', 'pool.example.org.'), link('pool', 'loop.example.org.')],
  },
  { name: 'to itself', query: 'self.example.org. A', answer: [link('self', 'self.example.org.')] },
  { name: 'through a wildcard to itself', query: 'y.w.example.org. A', answer: [link('y.w', 'x.w.example.org.')] },
  {
    name: 'of more than nine: the resolver goes on from there',
    query: 'c0.example.org. A',
    answer: Array.from({ length: 9 }, (_, index) => link(`c${index}`, `c${index + 1}.example.org.`)),
  },
  {
    name: 'of nine: the answer is complete',
    query: 'c4.example.org. A',
    answer: [
      ...Array.from({ length: 8 }, (_, index) => link(`c${index + 4}`, `c${index + 5}.example.org.`)),
      'c12.example.org. 300 A 192.0.2.12',
    ],
  },
]);
