import { afterAll, beforeAll, expect, test } from 'vitest';
import { zone } from '../blackbox/zone.ts';
import { type Aya, startAya } from '../support/aya.ts';
import { describeWith } from '../support/programs.ts';
import { type Dug, dig } from './dig.ts';

const WORLD = zone(`@ MX 10 mail
        mail A 192.0.2.25
        alias CNAME mail
        away CNAME www.example.net.
        old DNAME new
        a.new A 192.0.2.40
        *.wild A 192.0.2.77
        child NS ns.child
        ns.child A 192.0.2.54
        odd TYPE65280 \\# 3 abcdef`);

const A = ['mail.example.com. 300 IN A 192.0.2.25'];
const DENIAL = ['example.com. 60 IN SOA ns1.example.com. hostmaster.example.com. 1 7200 1800 1209600 60'];

/** Everything else as in NORMAL. */
type Row = readonly [what: string, args: string, expected: Partial<Dug>];
const NORMAL: Partial<Dug> = {
  opcode: 'QUERY',
  status: 'NOERROR',
  flags: 'qr aa rd',
  edns: 'version: 0, flags:; udp: 1232',
  options: [],
  answer: [],
  authority: [],
  additional: [],
  transport: 'UDP',
  complaints: [],
};
const OTHER_OPCODE: Partial<Dug> = { status: 'NOTIMP', flags: 'qr' };
const REFUSED: Partial<Dug> = { status: 'REFUSED', flags: 'qr rd' };

const FLAGS: readonly Row[] = [
  ['RD is copied', 'mail.example.com +recurse', { answer: A }],
  ['no RD', 'mail.example.com +norecurse', { flags: 'qr aa', answer: A }],
  ['CD is copied', 'mail.example.com +cdflag', { flags: 'qr aa rd cd', answer: A }],
  ['AD does not come back', 'mail.example.com +adflag', { answer: A }],
  ['Z does not come back', 'mail.example.com +zflag', { answer: A }],
  ['AA in a question means nothing', 'mail.example.com +aaflag', { answer: A }],
  ['TC in a question means nothing', 'mail.example.com +tcflag', { answer: A }],
  ['RA in a question means nothing', 'mail.example.com +raflag', { answer: A }],
  ['TCP', 'mail.example.com +tcp', { answer: A, transport: 'TCP' }],
  [
    'the case of the question is kept',
    'MaIl.eXample.COM',
    { question: 'MaIl.eXample.COM. IN A', answer: ['MaIl.eXample.COM. 300 IN A 192.0.2.25'] },
  ],
];

const OPCODES: readonly Row[] = [
  ['IQUERY', 'mail.example.com +opcode=iquery', { ...OTHER_OPCODE, opcode: 'IQUERY' }],
  ['STATUS', 'mail.example.com +opcode=status', { ...OTHER_OPCODE, opcode: 'STATUS' }],
  ['opcode 3', 'mail.example.com +opcode=3', { ...OTHER_OPCODE, opcode: 'RESERVED3' }],
  ['NOTIFY', 'example.com SOA +opcode=notify', { ...OTHER_OPCODE, opcode: 'NOTIFY' }],
  ['UPDATE', 'example.com SOA +opcode=update', { ...OTHER_OPCODE, opcode: 'UPDATE' }],
  ['opcode 15', 'mail.example.com +opcode=15', { ...OTHER_OPCODE, opcode: 'RESERVED15' }],
  ['a header and no question', '+header-only', { status: 'FORMERR', flags: 'qr rd', question: '' }],
];

const TYPES: readonly Row[] = [
  [
    'a type that nobody knows',
    'odd.example.com TYPE65280',
    { answer: ['odd.example.com. 300 IN TYPE65280 \\# 3 ABCDEF'] },
  ],
  ['a type that nobody knows and is not there', 'mail.example.com TYPE65280', { authority: DENIAL }],
  ['a type without a meaning', 'mail.example.com TYPE1000', { authority: DENIAL }],
  ['ANY: one RRset (RFC 8482)', 'mail.example.com ANY +notcp', { answer: A }],
  ['CH version.bind', 'version.bind TXT -c CH', REFUSED],
  ['HS', 'mail.example.com A -c HS', REFUSED],
  ['out of our zones', 'www.example.org A', REFUSED],
  ['the root', '. NS', REFUSED],
];

const NAMES: readonly Row[] = [
  ['a CNAME', 'alias.example.com', { answer: ['alias.example.com. 300 IN CNAME mail.example.com.', ...A] }],
  ['a CNAME that leads away', 'away.example.com', { answer: ['away.example.com. 300 IN CNAME www.example.net.'] }],
  ['a wildcard', 'x.y.wild.example.com', { answer: ['x.y.wild.example.com. 300 IN A 192.0.2.77'] }],
  ['NODATA', 'mail.example.com MX', { authority: DENIAL }],
  ['NODATA of a name between others', 'wild.example.com', { authority: DENIAL }],
  ['NXDOMAIN', 'nobody.example.com', { status: 'NXDOMAIN', authority: DENIAL }],
  ['MX, without more than asked for', 'example.com MX', { answer: ['example.com. 300 IN MX 10 mail.example.com.'] }],
  [
    'a DNAME',
    'a.old.example.com',
    {
      answer: [
        'old.example.com. 300 IN DNAME new.example.com.',
        'a.old.example.com. 300 IN CNAME a.new.example.com.',
        'a.new.example.com. 300 IN A 192.0.2.40',
      ],
    },
  ],
  [
    'a referral, with glue and without AA',
    'www.child.example.com',
    {
      flags: 'qr rd',
      authority: ['child.example.com. 300 IN NS ns.child.example.com.'],
      additional: ['ns.child.example.com. 300 IN A 192.0.2.54'],
    },
  ],
];

describeWith(['dig'], 'dig', () => {
  let aya: Aya;
  beforeAll(async () => {
    aya = await startAya(WORLD);
  });
  afterAll(() => aya?.[Symbol.asyncDispose]());

  test.each([...FLAGS, ...OPCODES, ...TYPES, ...NAMES])('%s: %s', async (_, args, expected) => {
    const dug = await dig(aya, args);
    expect(dug, dug.text).toMatchObject({ ...NORMAL, ...expected });
  });

  test.each(['AXFR', 'AXFR +notcp', 'IXFR=1'])('%s is refused', async (type) => {
    const { answer, text } = await dig(aya, `example.com ${type}`);
    expect(answer, text).toEqual([]);
    expect(text).toMatch(/Transfer failed|status: REFUSED/);
  });
});
