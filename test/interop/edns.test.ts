import { afterAll, beforeAll, expect, test } from 'vitest';
import { zone } from '../blackbox/zone.ts';
import { type Aya, startAya } from '../support/aya.ts';
import { describeWith } from '../support/programs.ts';
import { type Dug, dig } from './dig.ts';

/** EDNS compliance as operators' checkers ask for it (the rows of ISC's list, RFC 6891 and 7871), by dig. */
const LONG_TEXT = Array.from({ length: 5 }, (_, index) => `"${String(index).repeat(200)}"`).join(' ');
const WORLD = `
geo: { networks: { east: [18.0.0.0/8, 127.0.0.0/8], far: "2001:db8::/32" } }
regions: { east: {}, west: {} }
policies: { by-map: [{ map: [{ from: { network: east }, to: [east] }, { to: [west] }] }] }
services: { web: { policy: by-map, endpoints: { east: { a: 192.0.2.1 }, west: { a: 192.0.2.2 } } } }
${zone(`www 20 SERVICE web
        big TXT ${LONG_TEXT}
        odd TYPE65280 \\# 3 abcdef`)}
`;

const SOA = 'example.com. 300 IN SOA ns1.example.com. hostmaster.example.com. 1 7200 1800 1209600 60';
const DENIAL = SOA.replace('300', '60');
const EDNS = 'version: 0, flags:; udp: 1232';
const EDNS_DO = 'version: 0, flags: do; udp: 1232';

const NORMAL: Partial<Dug> = {
  status: 'NOERROR',
  flags: 'qr aa rd',
  edns: EDNS,
  options: [],
  answer: [],
  authority: [],
  additional: [],
  transport: 'UDP',
  complaints: [],
};
const REFUSED: Partial<Dug> = { status: 'REFUSED', flags: 'qr rd' };
const BADVERS: Partial<Dug> = { status: 'BADVERS', flags: 'qr rd' };
const soa: Partial<Dug> = { answer: [SOA] };
const toEast: Partial<Dug> = { answer: ['www.example.com. 20 IN A 192.0.2.1'] };
const toWest: Partial<Dug> = { answer: ['www.example.com. 20 IN A 192.0.2.2'] };

/** Everything else as in NORMAL. */
type Row = readonly [what: string, args: string, expected: Partial<Dug>];

const VERSIONS: readonly Row[] = [
  ['no EDNS, no OPT', 'example.com SOA +noedns', { ...soa, edns: undefined }],
  ['EDNS 0', 'example.com SOA +edns=0', soa],
  ['EDNS 1: BADVERS, version 0, no answer', 'example.com SOA +edns=1 +noednsneg', BADVERS],
  ['EDNS 255', 'example.com SOA +edns=255 +noednsneg', BADVERS],
  ['EDNS 1 and an unknown option', 'example.com SOA +edns=1 +noednsneg +ednsopt=100:0001', BADVERS],
  ['EDNS 1 and unknown flags', 'example.com SOA +edns=1 +noednsneg +ednsflags=0x80', BADVERS],
  ['EDNS 1 and DO', 'example.com SOA +edns=1 +noednsneg +dnssec', { ...BADVERS, edns: EDNS_DO }],
  ['EDNS 1 over TCP', 'example.com SOA +edns=1 +noednsneg +tcp', { ...BADVERS, transport: 'TCP' }],
  ['EDNS 1, and dig negotiates', 'example.com SOA +edns=1 +ednsnegotiation', soa],
  ['unknown flags come back 0', 'example.com SOA +ednsflags=0x80', soa],
  ['all unknown flags come back 0', 'example.com SOA +ednsflags=0x7fff', soa],
  ['an unknown option is ignored', 'example.com SOA +ednsopt=100', soa],
  ['an unknown option with data', 'example.com SOA +ednsopt=100:0102030405', soa],
  ['several unknown options', 'example.com SOA +ednsopt=100 +ednsopt=65001:ff +ednsopt=65535', soa],
  ['DO is copied', 'example.com SOA +dnssec', { ...soa, edns: EDNS_DO }],
  ['an error has an OPT too', 'example.org SOA', REFUSED],
  ['and so has NXDOMAIN', 'nobody.example.com SOA', { status: 'NXDOMAIN', authority: [DENIAL] }],
];

const big = { answer: [`big.example.com. 300 IN TXT ${LONG_TEXT}`] };
const truncated: Partial<Dug> = { flags: 'qr aa tc rd', answer: [] };
const SIZES: readonly Row[] = [
  ['what does not fit 512 is truncated', 'big.example.com TXT +bufsize=512 +ignore', truncated],
  ['and without EDNS', 'big.example.com TXT +noedns +ignore', { ...truncated, edns: undefined }],
  ['less than 512 means 512', 'big.example.com TXT +bufsize=1 +ignore', truncated],
  ['what fits is whole', 'big.example.com TXT +bufsize=1232', big],
  ['more than ours is no harm', 'big.example.com TXT +bufsize=65535', big],
  ['dig goes on to TCP by itself', 'big.example.com TXT +bufsize=512', { ...big, transport: 'TCP' }],
  ['TCP knows no payload size', 'big.example.com TXT +bufsize=512 +tcp', { ...big, transport: 'TCP' }],
  ['TCP without EDNS', 'big.example.com TXT +noedns +tcp', { ...big, edns: undefined, transport: 'TCP' }],
  ['DO and 512', 'example.com DNSKEY +dnssec +bufsize=512', { edns: EDNS_DO, authority: [DENIAL] }],
];

const subnet = (echo: string, to = toEast): Partial<Dug> => ({ ...to, options: [`CLIENT-SUBNET: ${echo}`] });
const FORMERR: Partial<Dug> = { status: 'FORMERR', flags: 'qr rd' };
const SUBNETS: readonly Row[] = [
  ['0: nothing of the client is used', 'www.example.com +subnet=0', subnet('0.0.0.0/0/0')],
  ['0.0.0.0/0', 'www.example.com +subnet=0.0.0.0/0', subnet('0.0.0.0/0/0')],
  ['::/0', 'www.example.com +subnet=::/0', subnet('::/0/0')],
  ['8 bits, all of the network', 'www.example.com +subnet=18.0.0.0/8', subnet('18.0.0.0/8/8')],
  ['24 bits of it', 'www.example.com +subnet=18.7.22.0/24', subnet('18.7.22.0/24/8')],
  ['25 bits, half an octet', 'www.example.com +subnet=18.7.22.128/25', subnet('18.7.22.128/25/8')],
  ['32 bits', 'www.example.com +subnet=18.7.22.69', subnet('18.7.22.69/32/8')],
  ['IPv6, 56 bits', 'www.example.com +subnet=2001:db8:1:200::/56', subnet('2001:db8:1:200::/56/0', toWest)],
  ['IPv6, 128 bits', 'www.example.com +subnet=2001:db8::1', subnet('2001:db8::1/128/0', toWest)],
  ['an answer for everyone: scope 0', 'example.com SOA +subnet=18.7.22.0/24', subnet('18.7.22.0/24/0', soa)],
  ['family 0', 'www.example.com +ednsopt=8:00000000', subnet('0/0/0')],
  ['an unknown family', 'www.example.com +ednsopt=8:00031800c00002', FORMERR],
  ['33 bits of IPv4', 'www.example.com +ednsopt=8:00012100c000020100', FORMERR],
  ['an octet too few', 'www.example.com +ednsopt=8:00011800c000', FORMERR],
  ['an octet too many', 'www.example.com +ednsopt=8:00011800c0000201', FORMERR],
  ['a bit beyond the prefix', 'www.example.com +ednsopt=8:00011700c00003', FORMERR],
  ['a scope in a question', 'www.example.com +ednsopt=8:00011818c00002', FORMERR],
  ['no data at all', 'www.example.com +ednsopt=8', FORMERR],
];

describeWith(['dig'], 'dig', () => {
  let aya: Aya;
  beforeAll(async () => {
    aya = await startAya(WORLD);
  });
  afterAll(() => aya?.[Symbol.asyncDispose]());

  test.each([...VERSIONS, ...SIZES])('%s: %s', async (_, args, expected) => {
    const dug = await dig(aya, args);
    expect(dug, dug.text).toMatchObject({ ...NORMAL, ...expected });
    if (args.includes('+ignore')) expect(dug.sizeBytes).toBeLessThanOrEqual(512);
  });

  test.each(SUBNETS)('Client Subnet, %s: %s', async (_, args, expected) => {
    const dug = await dig(aya, args);
    // How far an answer for elsewhere reaches depends on its neighbours, and is not this list's concern.
    const options = dug.answer.join() === toWest.answer?.join() ? dug.options.map(withoutScope) : dug.options;
    expect({ ...dug, options }, dug.text).toMatchObject({ ...NORMAL, ...expected });
  });
});

function withoutScope(option: string): string {
  return option.replace(/\d+$/, '0');
}
