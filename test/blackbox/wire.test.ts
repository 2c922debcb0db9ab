import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Aya, startAya } from '../support/aya.ts';
import {
  decodeResponse,
  encodeQuery,
  type Question,
  type Response,
  TcpClient,
  UdpClient,
} from '../support/dns-client.ts';
import { servingOver, UDP_TRANSPORTS } from '../support/udp-transports.ts';
import { DENIAL, zone } from './zone.ts';

const WORLD = `
regions: { one: {} }
policies: { split: [weighted] }
services: { web: { policy: split, ttl: 20s, endpoints: { one: { a: 192.0.2.10 } } } }
${zone(`@ IN MX 10 mail
        @ SERVICE web
        www 45 SERVICE web
        mail IN A 192.0.2.25
        mail IN AAAA 2001:db8::25
        *.wild IN A 192.0.2.77
        deep.below.empty IN A 192.0.2.78
        one IN CNAME two
        two 30 IN CNAME www
        away IN CNAME www.example.net.
        round IN CNAME around
        around IN CNAME round
        child IN NS ns.child
        child IN NS ns.example.net.
        ns.child IN A 192.0.2.54
        ns.child IN AAAA 2001:db8::54
        big IN TXT ${Array.from({ length: 5 }, (_, index) => `"${String(index).repeat(200)}"`).join(' ')}
        middling IN TXT "${'.'.repeat(250)}" "${'.'.repeat(150)}"
        _sip._tcp IN SRV 1 2 5060 mail
        @ IN CAA 0 issue "ca.example.net"`)}
`;

describe.each(UDP_TRANSPORTS)('over %s', (udp) => {
  let aya: Aya;
  beforeAll(async () => {
    aya = await startAya(WORLD, { command: servingOver(udp) });
  });
  afterAll(() => aya?.[Symbol.asyncDispose]());

  const NONE: Partial<Response> = { rcode: 'NOERROR', flags: 'qr aa', answers: [], authorities: [], additionals: [] };

  /** Everything else as in {@link NONE}. */
  test.each<[what: string, question: Question, response: Partial<Response>]>([
    ['an address', { name: 'mail.example.com' }, { answers: ['mail.example.com 300 A 192.0.2.25'] }],
    ['an MX', { name: 'example.com', type: 'MX' }, { answers: ['example.com 300 MX 10 mail.example.com'] }],
    [
      'an SRV',
      { name: '_sip._tcp.example.com', type: 'SRV' },
      { answers: ['_sip._tcp.example.com 300 SRV 1 2 5060 mail.example.com'] },
    ],
    ['a CAA', { name: 'example.com', type: 'CAA' }, { answers: ['example.com 300 CAA 0 issue ca.example.net'] }],
    ['a service at the apex, with its own TTL', { name: 'example.com' }, { answers: ['example.com 20 A 192.0.2.10'] }],
    [
      'a service with the TTL of its record',
      { name: 'www.example.com' },
      { answers: ['www.example.com 45 A 192.0.2.10'] },
    ],
    ['NODATA for a type that is not there', { name: 'mail.example.com', type: 'TXT' }, { authorities: [DENIAL] }],
    ['NODATA where a service has no endpoint', { name: 'www.example.com', type: 'AAAA' }, { authorities: [DENIAL] }],
    ['NODATA for a name between others', { name: 'below.empty.example.com' }, { authorities: [DENIAL] }],
    ['NXDOMAIN', { name: 'nobody.example.com' }, { rcode: 'NXDOMAIN', authorities: [DENIAL] }],
    ['NXDOMAIN below a name', { name: 'a.mail.example.com' }, { rcode: 'NXDOMAIN', authorities: [DENIAL] }],
    ['a wildcard', { name: 'a.b.wild.example.com' }, { answers: ['a.b.wild.example.com 300 A 192.0.2.77'] }],
    ['a wildcard without the type', { name: 'a.wild.example.com', type: 'MX' }, { authorities: [DENIAL] }],
    ['no wildcard at its parent', { name: 'wild.example.com' }, { authorities: [DENIAL] }],
    [
      'a chain of CNAMEs to a service',
      { name: 'one.example.com' },
      {
        answers: [
          'one.example.com 300 CNAME two.example.com',
          'two.example.com 30 CNAME www.example.com',
          'www.example.com 45 A 192.0.2.10',
        ],
      },
    ],
    [
      'a CNAME itself',
      { name: 'one.example.com', type: 'CNAME' },
      { answers: ['one.example.com 300 CNAME two.example.com'] },
    ],
    [
      'a CNAME that leads away',
      { name: 'away.example.com' },
      { answers: ['away.example.com 300 CNAME www.example.net'] },
    ],
    [
      'a referral, not authoritative, with glue',
      { name: 'www.child.example.com' },
      {
        flags: 'qr',
        authorities: ['child.example.com 300 NS ns.child.example.com', 'child.example.com 300 NS ns.example.net'],
        additionals: ['ns.child.example.com 300 A 192.0.2.54', 'ns.child.example.com 300 AAAA 2001:db8::54'],
      },
    ],
    ['REFUSED outside the zones', { name: 'www.example.net' }, { rcode: 'REFUSED', flags: 'qr' }],
    ['REFUSED above the zone', { name: 'com' }, { rcode: 'REFUSED', flags: 'qr' }],
    ['REFUSED for the root', { name: '' }, { rcode: 'REFUSED', flags: 'qr' }],
    ['REFUSED for a transfer', { name: 'example.com', type: 'AXFR' }, { rcode: 'REFUSED', flags: 'qr' }],
  ])('%s', async (_, question, response) => {
    await using tcp = await TcpClient.open(aya.port);
    for (const client of [aya, tcp]) expect(await client.ask(question)).toMatchObject({ ...NONE, ...response });
  });

  test('a loop of CNAMEs has an end', async () => {
    const { rcode, answers } = await aya.ask('round.example.com');
    expect(rcode).toBe('NOERROR');
    expect(answers.slice(0, 2)).toEqual([
      'round.example.com 300 CNAME around.example.com',
      'around.example.com 300 CNAME round.example.com',
    ]);
  });

  test('the letter case of the name is kept, and the RD bit', async () => {
    const query = encodeQuery({ name: 'WwW.eXample.COM', id: 0xbeef });
    query.writeUInt8(1, 2);
    await using client = await UdpClient.open(aya.port);
    expect(decodeResponse(await client.exchange(query))).toMatchObject({
      id: 0xbeef,
      flags: 'qr aa rd',
      question: 'WwW.eXample.COM A',
      answers: ['WwW.eXample.COM 45 A 192.0.2.10'],
    });
  });

  describe('a message that is no good query', () => {
    const good = encodeQuery({ name: 'www.example.com', payloadBytes: 1232 });
    const changed = (at: number, octet: number) => Buffer.from(good).fill(octet, at, at + 1);
    test.each<[what: string, message: Buffer, rcode: string]>([
      ['another opcode', encodeQuery({ name: 'www.example.com', opcode: 5 }), 'NOTIMP'],
      ['an opcode of which nobody has heard', encodeQuery({ name: 'www.example.com', opcode: 15 }), 'NOTIMP'],
      ['two questions', changed(5, 2), 'FORMERR'],
      ['no question', changed(5, 0), 'FORMERR'],
      ['a name that does not end', good.subarray(0, 20), 'FORMERR'],
      ['a pointer in the question', changed(12, 0xc0), 'FORMERR'],
      ['a header alone', good.subarray(0, 12), 'FORMERR'],
      ['octets behind its end', Buffer.concat([good, Buffer.of(0)]), 'FORMERR'],
      ['an OPT cut short', good.subarray(0, -1), 'FORMERR'],
      ['a subnet longer than its address', encodeQuery({ name: 'www.example.com', subnet: '192.0.2.0/33' }), 'FORMERR'],
      ['a later version of EDNS', encodeQuery({ name: 'www.example.com', ednsVersion: 1 }), 'BADVERS'],
    ])('%s', async (_, message, rcode) => {
      await using client = await UdpClient.open(aya.port);
      expect(decodeResponse(await client.exchange(message))).toMatchObject({ rcode, answers: [] });
    });

    test.each<[what: string, message: Buffer]>([
      ['a response', changed(2, 0x80)],
      ['less than a header', good.subarray(0, 11)],
      ['an empty datagram', Buffer.alloc(0)],
    ])('%s gets no answer', async (_, message) => {
      await using client = await UdpClient.open(aya.port);
      await client.send(message);
      expect((await client.ask('www.example.com')).rcode).toBe('NOERROR'); // one worker, one queue: it comes after
      expect(client.strays).toEqual([]);
    });
  });

  describe('the payload size', () => {
    const sizeOf = async (edns: { payloadBytes?: number }) => {
      const { flags, sizeBytes } = await aya.ask({ name: 'big.example.com', type: 'TXT', ...edns });
      return { isWhole: flags === 'qr aa', sizeBytes };
    };

    test('is what a UDP answer has at most, the OPT included', async () => {
      const whole = await sizeOf({ payloadBytes: 4096 });
      expect(whole.isWhole).toBe(true);
      expect(await sizeOf({ payloadBytes: whole.sizeBytes })).toEqual(whole);
      expect((await sizeOf({ payloadBytes: whole.sizeBytes - 1 })).isWhole).toBe(false);
    });

    test.each([
      ['none', {}],
      ['less than 512', { payloadBytes: 100 }],
    ])('%s means 512', async (_, edns) => {
      const cut = await sizeOf(edns);
      expect(cut.isWhole).toBe(false);
      expect(cut.sizeBytes).toBeLessThanOrEqual(512);
      const { flags } = await aya.ask({ name: 'middling.example.com', type: 'TXT', ...edns });
      expect(flags).toBe('qr aa');
    });

    test('is told back where the query has an OPT, and there is none where it has none', async () => {
      expect((await aya.ask({ name: 'www.example.com', payloadBytes: 4096 })).edns?.payloadBytes).toBe(1232);
      expect((await aya.ask('www.example.com')).edns).toBeUndefined();
    });
  });
});
