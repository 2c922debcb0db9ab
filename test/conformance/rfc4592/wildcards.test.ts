import { Answering, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

/** The zone of section 2.2.1, with the addresses that its name servers need not have there. */
const zones = {
  'example.': `
@ 3600 NS ns.example.com.
@ 3600 NS ns.example.net.
* 3600 TXT "this is a wildcard"
* 3600 MX 10 host1.example.
sub.* 3600 TXT "this is not a wildcard"
host1 3600 A 192.0.2.1
_ssh._tcp.host1 3600 SRV 0 0 22 host1
_ssh._tcp.host2 3600 SRV 0 0 22 host1
subdel 3600 NS ns.example.com.
subdel 3600 NS ns.example.net.
`,
};
const denied = { authority: [soaOf('example.')] };
const text = (words: string) =>
  `\\# ${words.length + 1} ${Buffer.from(`${String.fromCharCode(words.length)}${words}`).toString('hex')}`;
const wildcardText = text('this is a wildcard');
const referral = {
  flags: '',
  authority: ['subdel.example. 3600 NS ns.example.com.', 'subdel.example. 3600 NS ns.example.net.'],
};

testCases('RFC 4592 section 2.2.1, all of its examples', new Answering({ zones }), [
  {
    name: 'MX at host3: synthesized',
    query: 'host3.example. MX',
    answer: ['host3.example. 3600 MX 10 host1.example.'],
  },
  { name: 'A at host3: NODATA, the wildcard matches', query: 'host3.example. A', ...denied },
  {
    name: 'TXT at foo.bar: synthesized, two labels below',
    query: 'foo.bar.example. TXT',
    answer: [`foo.bar.example. 3600 TXT ${wildcardText}`],
  },
  { name: 'MX at host1: NODATA, the name exists', query: 'host1.example. MX', ...denied },
  { name: 'TXT at sub.*: NODATA for another type', query: 'sub.*.example. MX', ...denied },
  {
    name: 'SRV at _telnet._tcp.host1: below a name that exists',
    query: '_telnet._tcp.host1.example. SRV',
    rcode: 'NXDOMAIN',
    ...denied,
  },
  { name: 'A at host.subdel: below a cut', query: 'host.subdel.example. A', ...referral },
  {
    name: 'MX at ghost.*: the asterisk label exists, and is no wildcard for what is below it',
    query: 'ghost.*.example. MX',
    rcode: 'NXDOMAIN',
    ...denied,
  },
  {
    name: 'TXT at sub.*: as any other name',
    query: 'sub.*.example. TXT',
    answer: [`sub.*.example. 3600 TXT ${text('this is not a wildcard')}`],
  },
  {
    name: 'the wildcard itself can be asked for',
    query: '*.example. TXT',
    answer: [`*.example. 3600 TXT ${wildcardText}`],
  },
  { name: 'an empty non-terminal is no match (section 2.2.2)', query: '_tcp.host1.example. TXT', ...denied },
  { name: 'nor is one above a name that has nothing itself', query: 'host2.example. TXT', ...denied },
  { name: 'and what is not there below it is denied', query: 'x.host2.example. TXT', rcode: 'NXDOMAIN', ...denied },
  {
    name: 'ANY takes one RRset of the wildcard',
    query: 'any.example. ANY',
    answer: [`any.example. 3600 TXT ${wildcardText}`],
  },
  {
    name: 'case is kept in what is synthesized',
    query: 'HoSt3.ExAmPlE. MX',
    answer: ['HoSt3.ExAmPlE. 3600 MX 10 host1.example.'],
  },
]);

const depths = {
  'example.com.': `
*.a A 192.0.2.1
*.b.a A 192.0.2.2
x.*.a A 192.0.2.3
*.*.two A 192.0.2.4
mid.*.end A 192.0.2.5
*.empty.c TXT "t"
y.*.ent A 192.0.2.6
*.alias CNAME target.example.com.
*.back CNAME www.a
*.up NS ns.elsewhere.
target A 192.0.2.7
`,
};
const gone = { rcode: 'NXDOMAIN', authority: [soaOf('example.com.')] } as const;
const nothing = { authority: [soaOf('example.com.')] };
const a = (owner: string, last: number) => ({ query: `${owner} A`, answer: [`${owner} 300 A 192.0.2.${last}`] });

testCases('RFC 4592 section 3, the closest encloser decides', new Answering({ zones: depths }), [
  { name: 'one label below', ...a('q.a.example.com.', 1) },
  { name: 'five labels below', ...a('v.w.x.y.z.a.example.com.', 1) },
  { name: 'the deeper wildcard', ...a('q.b.a.example.com.', 2) },
  { name: 'no wildcard for its own parent', query: 'a.example.com. A', ...nothing },
  { name: 'nor for that of a deeper one, which exists', query: 'b.a.example.com. A', ...nothing },
  { name: 'a label below an asterisk label', ...a('x.*.a.example.com.', 3) },
  {
    name: 'an asterisk in the middle is no wildcard',
    query: 'x.q.a.example.com. A',
    answer: ['x.q.a.example.com. 300 A 192.0.2.1'],
  },
  { name: 'one that makes a wildcard exist in passing: NODATA', query: 'mid.q.end.example.com. A', ...nothing },
  { name: 'mid.*.end itself', ...a('mid.*.end.example.com.', 5) },
  { name: 'a wildcard below an asterisk label matches there only', ...a('q.*.two.example.com.', 4) },
  {
    name: 'an asterisk label that owns nothing still stands for what it covers: NODATA',
    query: 'q.two.example.com. A',
    ...nothing,
  },
  {
    name: 'and for all below (section 4.9: an empty non-terminal source of synthesis)',
    query: 'p.q.ent.example.com. A',
    ...nothing,
  },
  { name: 'the asterisk label that owns nothing, asked for', query: '*.ent.example.com. A', ...nothing },
  { name: 'a wildcard elsewhere is none here', query: 'q.c.example.com. TXT', ...gone },
  {
    name: 'a CNAME from a wildcard (section 4.3)',
    query: 'q.alias.example.com. A',
    answer: ['q.alias.example.com. 300 CNAME target.example.com.', 'target.example.com. 300 A 192.0.2.7'],
  },
  {
    name: 'a CNAME from a wildcard into a wildcard',
    query: 'q.back.example.com. A',
    answer: ['q.back.example.com. 300 CNAME www.a.example.com.', 'www.a.example.com. 300 A 192.0.2.1'],
  },
]);
