import { Answering } from '../../support/answering.ts';
import { type Case, testCases } from '../../support/case.ts';

const rdata = (minimum: number) => `ns1.example. h.example. 1 7200 3600 1209600 ${minimum}`;
const zone = (ttl: number, minimum: number) => `@ ${ttl} SOA ${rdata(minimum)}\n@ NS ns1.example.\nwww A 192.0.2.1`;
const zones = {
  'minimum.example.': zone(3600, 60),
  'ttl.example.': zone(30, 900),
  'zero.example.': zone(3600, 0),
  'chain.example.': `${zone(50, 70)}
nx CNAME nope.minimum.example.
nodata CNAME www.ttl.example.
far CNAME nx
*.wild CNAME nope
`,
};
const soa = (apex: string, ttl: number, minimum: number) => [`${apex} ${ttl} SOA ${rdata(minimum)}`];
const denials = (apex: string, ttl: number, minimum: number): Case[] => [
  { name: `NXDOMAIN of ${apex}`, query: `nope.${apex} A`, rcode: 'NXDOMAIN', authority: soa(apex, ttl, minimum) },
  { name: `NODATA of ${apex}`, query: `www.${apex} AAAA`, authority: soa(apex, ttl, minimum) },
];

testCases(
  'RFC 2308 section 3, the TTL of a denial is the lesser of the SOA’s TTL and its MINIMUM',
  new Answering({ zones }),
  [
    ...denials('minimum.example.', 60, 60),
    ...denials('ttl.example.', 30, 900),
    ...denials('zero.example.', 0, 0),
    {
      name: 'a SOA that was asked for keeps its own TTL',
      query: 'minimum.example. SOA',
      answer: soa('minimum.example.', 3600, 60),
    },
  ],
);

testCases('RFC 2308 section 2, the SOA is that of the zone that denies', new Answering({ zones }), [
  {
    name: 'CNAME to NXDOMAIN in another zone (section 2.1)',
    query: 'nx.chain.example. A',
    rcode: 'NXDOMAIN',
    answer: ['nx.chain.example. 300 CNAME nope.minimum.example.'],
    authority: soa('minimum.example.', 60, 60),
  },
  {
    name: 'CNAME to NODATA in another zone (section 2.2)',
    query: 'nodata.chain.example. AAAA',
    answer: ['nodata.chain.example. 300 CNAME www.ttl.example.'],
    authority: soa('ttl.example.', 30, 900),
  },
  {
    name: 'a chain of CNAMEs to NXDOMAIN',
    query: 'far.chain.example. A',
    rcode: 'NXDOMAIN',
    answer: ['far.chain.example. 300 CNAME nx.chain.example.', 'nx.chain.example. 300 CNAME nope.minimum.example.'],
    authority: soa('minimum.example.', 60, 60),
  },
  {
    name: 'a CNAME made from a wildcard to NXDOMAIN',
    query: 'a.b.wild.chain.example. A',
    rcode: 'NXDOMAIN',
    answer: ['a.b.wild.chain.example. 300 CNAME nope.chain.example.'],
    authority: soa('chain.example.', 50, 70),
  },
]);
