import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { zone } from '../blackbox/zone.ts';
import { type Aya, startAya } from '../support/aya.ts';
import { describeWith } from '../support/programs.ts';
import { type Dug, dig } from './dig.ts';

/** Options by which a client asks for more than an answer, to a server that has no settings for them. */
const CLIENT_COOKIE = '0102030405060708';
const WHOLE_COOKIE = new RegExp(`^COOKIE: ${CLIENT_COOKIE}01000000[0-9a-f]{24} \\(good\\)$`); // RFC 9018 section 4
const NSID = `NSID: ${Buffer.from(hostname())
  .toString('hex')
  .replace(/..(?=.)/g, '$& ')} ("${hostname()}")`;
const KEEPALIVE = /^TCP KEEPALIVE: \d+\.\d secs$/;

describeWith(['dig'], 'options', () => {
  let aya: Aya;
  beforeAll(async () => {
    aya = await startAya(zone('www IN A 192.0.2.1'));
  });
  afterAll(() => aya?.[Symbol.asyncDispose]());

  function expectAnswer(dug: Dug): void {
    expect(dug, dug.text).toMatchObject({
      status: 'NOERROR',
      flags: 'qr aa rd',
      edns: 'version: 0, flags:; udp: 1232',
      answer: ['www.example.com. 300 IN A 192.0.2.1'],
      complaints: [],
    });
  }

  test.each<[what: string, args: string, options: readonly (string | RegExp)[]]>([
    ['NSID: the name of the host (RFC 5001)', '+nsid', [NSID]],
    ['COOKIE, from a client that has none of ours yet (RFC 7873)', `+cookie=${CLIENT_COOKIE}`, [WHOLE_COOKIE]],
    ['COOKIE, with a server cookie of nobody', `+cookie=${CLIENT_COOKIE}${'00'.repeat(16)}`, [WHOLE_COOKIE]],
    ['COOKIE over TCP', `+cookie=${CLIENT_COOKIE} +tcp`, [WHOLE_COOKIE]],
    ['tcp-keepalive over TCP (RFC 7828)', '+keepalive +tcp', [KEEPALIVE]],
    ['tcp-keepalive over UDP, where it means nothing', '+keepalive', []],
    ['padding in the clear: none (RFC 8467)', '+padding=128', []],
    ['padding in the clear over TCP: none', '+padding=128 +tcp', []],
    ['EXPIRE, which is not spoken (RFC 7314)', '+expire', []],
    ['several', '+nsid +expire +padding=64 +ednsopt=100', [NSID]],
  ])('%s: %s', async (_, args, options) => {
    const dug = await dig(aya, `www.example.com ${args}`);
    expectAnswer(dug);
    expect(dug.options, dug.text).toEqual(
      options.map((option) => (typeof option === 'string' ? option : expect.stringMatching(option))),
    );
  });

  test('a cookie of ours is good, and is given again', async () => {
    const first = await dig(aya, `www.example.com +cookie=${CLIENT_COOKIE}`);
    const cookie = /^COOKIE: ([0-9a-f]+) /.exec(first.options.join())?.[1];
    const second = await dig(aya, `www.example.com +cookie=${cookie}`);
    expectAnswer(second);
    expect(second.options).toEqual([expect.stringMatching(WHOLE_COOKIE)]);
  });

  test.each(['+cookie=01020304', '+cookie=010203040506070809', `+ednsopt=10:${'00'.repeat(41)}`])(
    'a cookie of a wrong length is malformed: %s',
    async (args) => {
      const dug = await dig(aya, `www.example.com ${args}`);
      expect(dug, dug.text).toMatchObject({ status: 'FORMERR', options: [], answer: [] });
    },
  );

  test.each(['+nsid', '+cookie', '+keepalive +tcp', '+padding=128', '+expire'])(
    'EDNS 1 and %s: BADVERS',
    async (args) => {
      const dug = await dig(aya, `www.example.com +edns=1 +noednsneg ${args}`);
      expect(dug, dug.text).toMatchObject({ status: 'BADVERS', options: [], answer: [], complaints: [] });
    },
  );
});

/** What servers that share a name are set to: the same secret, names of their own. */
const settings = (name: string) => ({
  ...{ nsid: `${name}.example.net`, hostname: name, version: 'a version' },
  cookies: { secrets: ['00112233445566778899aabbccddeeff'], required: true },
});

describeWith(['dig'], 'options, to servers that are set to them', () => {
  let servers: readonly Aya[] = [];
  beforeAll(async () => {
    const start = (name: string) => startAya(zone('www IN A 192.0.2.1'), { server: settings(name) });
    servers = await Promise.all([start('ns1'), start('ns2')]);
  });
  afterAll(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())));

  test.each([
    ['id.server', 'ns1.example.net'],
    ['hostname.bind', 'ns1'],
    ['version.bind', 'a version'],
    ['version.server', 'a version'],
  ])('CH TXT %s: %s', async (name, text) => {
    const dug = await dig(at(0), `${name} TXT -c CH +nsid +tcp`);
    expect(dug.answer, dug.text).toEqual([`${name}. 0 CH TXT "${text}"`]);
    expect(dug.options).toEqual([expect.stringContaining('("ns1.example.net")')]);
  });

  test('who has a cookie of its own and none of ours is asked to come again, and does', async () => {
    const asked = await dig(at(0), `www.example.com +cookie=${CLIENT_COOKIE} +nobadcookie`);
    expect(asked, asked.text).toMatchObject({ status: 'BADCOOKIE', answer: [] });
    expect(asked.options).toEqual([expect.stringMatching(WHOLE_COOKIE)]);
    const again = await dig(at(0), `www.example.com +cookie=${CLIENT_COOKIE} +badcookie`);
    expect(again.text).toMatch(/BADCOOKIE, retrying/);
    expect(again, again.text).toMatchObject({ status: 'NOERROR', answer: ['www.example.com. 300 IN A 192.0.2.1'] });
  });

  test('a cookie of one is good at the other', async () => {
    const first = await dig(at(0), `www.example.com +cookie=${CLIENT_COOKIE} +nobadcookie`);
    const cookie = /^COOKIE: ([0-9a-f]+) /.exec(first.options.join())?.[1];
    const second = await dig(at(1), `www.example.com +cookie=${cookie} +nobadcookie`);
    expect(second, second.text).toMatchObject({ status: 'NOERROR', complaints: [] });
  });

  test('who has no cookie at all is answered', async () => {
    expect(await dig(at(0), 'www.example.com +nocookie')).toMatchObject({ status: 'NOERROR', options: [] });
  });

  function at(index: number): Aya {
    const server = servers[index];
    if (server === undefined) throw new Error('it was not started');
    return server;
  }
});
