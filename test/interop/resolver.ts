import { expect, test } from 'vitest';
import { Region } from '../blackbox/region.ts';
import { zone } from '../blackbox/zone.ts';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { type Dug, dig } from './dig.ts';
import { Tap } from './tap.ts';
import type { Resolver } from './unbound.ts';

/** How long denials are kept: the MINIMUM of the zone, which `zone()` sets to more, is put down to this. */
const NEGATIVE_TTL = 2;
const SERVICE_TTL = 2;
const LONG_TEXT = Array.from({ length: 8 }, (_, index) => `"${String(index).repeat(200)}"`).join(' ');

/** A zone with a bit of everything, and a service with a region on loopback that can fail. */
const world = (port: number): string =>
  `
regions: { east: {}, west: {} }
probes: { web: { http: { port: ${port} }, interval: 200ms, timeout: 200ms, fall: 2, rise: 2 } }
policies: { primary: [{ ordered: [east, west] }] }
services:
  web: { policy: primary, probe: web, ttl: ${SERVICE_TTL}s, endpoints: { east: { a: 127.31.0.1 }, west: { a: 127.31.0.2 } } }
${zone(`@ SERVICE web
        @ MX 10 mail
        www SERVICE web
        mail A 192.0.2.25
        mail AAAA 2001:db8::25
        alias CNAME www
        old DNAME new
        a.new A 192.0.2.40
        *.wild A 192.0.2.77
        very.deep.below A 192.0.2.78
        _sip._tcp SRV 1 2 5060 mail
        big TXT ${LONG_TEXT}
        odd TYPE65280 \\# 3 abcdef`)}
`.replace(/2w 60$/m, `2w ${NEGATIVE_TTL}`);

/** What a resolver is tried against: Aya behind a tap, with the zone example.com. */
export interface Authority extends AsyncDisposable {
  readonly aya: Aya;
  readonly tap: Tap;
  readonly east: Region;
}

/** @param server further keys of Aya's `server:` section. */
export async function startAuthority(server: Readonly<Record<string, unknown>> = {}): Promise<Authority> {
  const stack = new AsyncDisposableStack();
  const port = await freePort();
  const east = stack.use(await Region.start('127.31.0.1', port));
  stack.use(await Region.start('127.31.0.2', port));
  const aya = stack.use(await startAya(world(port), { server }));
  const tap = stack.use(await Tap.open(aya.port));
  return { aya, tap, east, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The rows that every resolver in front of Aya passes. @param setUp what the tests' hooks have started. */
export function testResolver(setUp: () => { readonly resolver: Resolver; readonly authority: Authority }): void {
  const ask = (args: string): Promise<Dug> => dig(setUp().resolver, args);

  test.each<[args: string, answer: readonly string[]]>([
    ['www.example.com', ['www.example.com. A 127.31.0.1']],
    ['example.com', ['example.com. A 127.31.0.1']],
    ['mail.example.com AAAA', ['mail.example.com. AAAA 2001:db8::25']],
    ['alias.example.com', ['alias.example.com. CNAME www.example.com.', 'www.example.com. A 127.31.0.1']],
    ['x.y.wild.example.com', ['x.y.wild.example.com. A 192.0.2.77']],
    ['very.deep.below.example.com', ['very.deep.below.example.com. A 192.0.2.78']],
    ['example.com MX', ['example.com. MX 10 mail.example.com.']],
    ['_sip._tcp.example.com SRV', ['_sip._tcp.example.com. SRV 1 2 5060 mail.example.com.']],
    ['odd.example.com TYPE65280', ['odd.example.com. TYPE65280 \\# 3 ABCDEF']],
    [
      'a.old.example.com',
      [
        'old.example.com. DNAME new.example.com.',
        'a.old.example.com. CNAME a.new.example.com.',
        'a.new.example.com. A 192.0.2.40',
      ],
    ],
  ])('resolves %s', async (args, answer) => {
    const dug = await ask(args);
    expect(dug, dug.text).toMatchObject({ status: 'NOERROR', flags: 'qr rd ra', complaints: [] });
    // In lower case: to a resolver that plays with the case of its questions, a DNAME gives that case back.
    expect(dug.answer.map((line) => withoutTtl(line).toLowerCase())).toEqual(answer.map((line) => line.toLowerCase()));
  });

  test('what is long comes by TCP, whole', async () => {
    const { answer, text } = await ask('big.example.com TXT +tcp');
    expect(answer.map(withoutTtl), text).toEqual([`big.example.com. TXT ${LONG_TEXT}`]);
    const seen = setUp().authority.tap.of('big.example.com');
    expect(seen.some(({ isStream, flags }) => !isStream && flags.includes('tc'))).toBe(true);
    expect(seen.at(-1)).toMatchObject({
      isStream: true,
      flags: expect.stringMatching(/^aa( cd)?$/),
      answer: [expect.stringContaining(' TXT ')],
    });
  });

  test('keeps an answer, and counts its TTL down', async () => {
    const first = ttlOf(await ask('mail.example.com'));
    expect(first).toBeLessThanOrEqual(300);
    const asked = setUp().authority.tap.of('mail.example.com').length;
    await until(async () => ttlOf(await ask('mail.example.com')) < first);
    expect(setUp().authority.tap.of('mail.example.com')).toHaveLength(asked);
  });

  test.each([
    ['NXDOMAIN', 'nobody.example.com'],
    ['NOERROR', 'mail.example.com MX'],
  ])('keeps a denial (%s, %s) for the negative TTL, and no longer', async (status, args) => {
    const name = args.split(' ')[0] ?? '';
    const { tap } = setUp().authority;
    const asked = () => tap.of(name).filter(({ authority }) => authority.length > 0).length;
    const dug = await ask(args);
    expect(dug, dug.text).toMatchObject({ status, answer: [], authority: [expect.stringContaining(' SOA ns1.')] });
    expect(Number(dug.authority[0]?.split(' ')[1])).toBeLessThanOrEqual(NEGATIVE_TTL);
    const before = asked();
    await until(async () => (await ask(args)).status === status && asked() > before);
  });

  test('follows a failover once the TTL is over, and back', async () => {
    const { east } = setUp().authority;
    const answering = (address: string) =>
      until(async () => (await ask('www.example.com')).answer[0]?.endsWith(address));
    await answering(' 127.31.0.1');
    await east.die();
    await answering(' 127.31.0.2');
    await east.revive();
    await answering(' 127.31.0.1');
  });

  test('and never was there a response that could not be read', () => {
    expect(setUp().authority.tap.unreadable).toEqual([]);
  });
}

export function ttlOf({ answer }: Dug): number {
  return Number(answer[0]?.split(' ')[1]);
}

export function withoutTtl(line: string): string {
  const [owner, , , ...rest] = line.split(' ');
  return [owner, ...rest].join(' ');
}
