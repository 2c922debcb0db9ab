import { Answering, soaOf } from '../../support/answering.ts';
import { testCases } from '../../support/case.ts';

const label63 = 'y'.repeat(63);
const longTarget = `${label63}.${label63}.${label63}.${'z'.repeat(40)}.example.net.`;
const zones = {
  'example.com.': `
old 600 DNAME new
old A 192.0.2.99
*.new A 192.0.2.1
www.new A 192.0.2.2
gone DNAME nowhere
out DNAME example.org.
first DNAME second
second DNAME third
x.third A 192.0.2.3
long DNAME ${longTarget}
grow DNAME more.grow
alias CNAME www.old
ping DNAME pong
pong DNAME ping
root DNAME .
home DNAME way
round.way CNAME home
cut.new NS ns1.example.
`,
  'apex.example.': '@ DNAME new.example.com.\n@ A 192.0.2.5',
};
const dname = (owner: string, target: string, ttl = 300) => `${owner} ${ttl} DNAME ${target}`;
const cname = (owner: string, target: string, ttl = 300) => `${owner} ${ttl} CNAME ${target}`;
const old = dname('old.example.com.', 'new.example.com.', 600);

testCases('RFC 6672 section 3, DNAME', new Answering({ zones }), [
  {
    name: 'the CNAME is made, with the TTL of the DNAME, and followed (section 3.1)',
    query: 'www.old.example.com. A',
    answer: [old, cname('www.old.example.com.', 'www.new.example.com.', 600), 'www.new.example.com. 300 A 192.0.2.2'],
  },
  {
    name: 'labels before the owner are all kept, in their case',
    query: 'A.b.OLD.example.com. A',
    answer: [
      dname('OLD.example.com.', 'new.example.com.', 600),
      cname('A.b.OLD.example.com.', 'A.b.new.example.com.', 600),
      'A.b.new.example.com. 300 A 192.0.2.1',
    ],
  },
  {
    name: 'the owner itself is not redirected (section 2.3)',
    query: 'old.example.com. A',
    answer: ['old.example.com. 300 A 192.0.2.99'],
  },
  { name: 'the owner can be asked for its DNAME', query: 'old.example.com. DNAME', answer: [old] },
  { name: 'the owner has no other data', query: 'old.example.com. MX', authority: [soaOf('example.com.')] },
  {
    name: 'asked for ANY, the one that is made is followed, as other servers do',
    query: 'www.old.example.com. ANY',
    answer: [old, cname('www.old.example.com.', 'www.new.example.com.', 600), 'www.new.example.com. 300 A 192.0.2.2'],
  },
  {
    name: 'asked for the CNAME itself, the one that is made is the answer',
    query: 'www.old.example.com. CNAME',
    answer: [old, cname('www.old.example.com.', 'www.new.example.com.', 600)],
  },
  {
    name: 'asked for the CNAME itself, it does not matter that its target is not there',
    query: 'www.gone.example.com. CNAME',
    answer: [
      dname('gone.example.com.', 'nowhere.example.com.'),
      cname('www.gone.example.com.', 'www.nowhere.example.com.'),
    ],
  },
  {
    name: 'a target that is not there',
    query: 'www.gone.example.com. A',
    rcode: 'NXDOMAIN',
    answer: [
      dname('gone.example.com.', 'nowhere.example.com.'),
      cname('www.gone.example.com.', 'www.nowhere.example.com.'),
    ],
    authority: [soaOf('example.com.')],
  },
  {
    name: 'a target out of the zones',
    query: 'www.out.example.com. A',
    answer: [dname('out.example.com.', 'example.org.'), cname('www.out.example.com.', 'www.example.org.')],
  },
  {
    name: 'one after the other',
    query: 'x.first.example.com. A',
    answer: [
      dname('first.example.com.', 'second.example.com.'),
      cname('x.first.example.com.', 'x.second.example.com.'),
      dname('second.example.com.', 'third.example.com.'),
      cname('x.second.example.com.', 'x.third.example.com.'),
      'x.third.example.com. 300 A 192.0.2.3',
    ],
  },
  {
    name: 'behind a CNAME',
    query: 'alias.example.com. A',
    answer: [
      cname('alias.example.com.', 'www.old.example.com.'),
      old,
      cname('www.old.example.com.', 'www.new.example.com.', 600),
      'www.new.example.com. 300 A 192.0.2.2',
    ],
  },
  {
    name: 'to below a cut',
    query: 'cut.old.example.com. A',
    answer: [old, cname('cut.old.example.com.', 'cut.new.example.com.', 600)],
    authority: ['cut.new.example.com. 300 NS ns1.example.'],
  },
  {
    name: 'a name that is just short enough',
    isStream: true,
    query: 'www.long.example.com. A',
    answer: [dname('long.example.com.', longTarget), cname('www.long.example.com.', `www.${longTarget}`)],
  },
  {
    name: 'a name that would be too long: YXDOMAIN, with the DNAME and no CNAME (section 2.2)',
    query: 'a.much.longer.name.than.it.long.example.com. A',
    rcode: 'YXDOMAIN',
    answer: [dname('long.example.com.', longTarget)],
  },
  {
    name: 'to the root',
    query: 'a.b.root.example.com. A',
    answer: [dname('root.example.com.', '.'), cname('a.b.root.example.com.', 'a.b.')],
  },
  {
    name: 'a DNAME that leads below itself is in the answer once',
    query: 'a.grow.example.com. A',
    answer: [
      dname('grow.example.com.', 'more.grow.example.com.'),
      cname('a.grow.example.com.', 'a.more.grow.example.com.'),
    ],
  },
  {
    name: 'a DNAME that was asked for and followed is in the answer once',
    query: 'round.home.example.com. DNAME',
    answer: [
      dname('home.example.com.', 'way.example.com.'),
      cname('round.home.example.com.', 'round.way.example.com.'),
      cname('round.way.example.com.', 'home.example.com.'),
    ],
  },
  {
    name: 'two DNAMEs in a loop are in the answer once',
    query: 'a.ping.example.com. A',
    answer: [
      dname('ping.example.com.', 'pong.example.com.'),
      cname('a.ping.example.com.', 'a.pong.example.com.'),
      dname('pong.example.com.', 'ping.example.com.'),
      cname('a.pong.example.com.', 'a.ping.example.com.'),
    ],
  },
  {
    name: 'at the apex, into another zone that is served',
    query: 'www.apex.example. A',
    answer: [
      dname('apex.example.', 'new.example.com.'),
      cname('www.apex.example.', 'www.new.example.com.'),
      'www.new.example.com. 300 A 192.0.2.2',
    ],
  },
  { name: 'the apex beside its DNAME', query: 'apex.example. A', answer: ['apex.example. 300 A 192.0.2.5'] },
  { name: 'the SOA and NS beside it', query: 'apex.example. NS', answer: ['apex.example. 300 NS ns1.example.'] },
]);
