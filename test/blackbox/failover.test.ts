import { describe, expect, test } from 'vitest';
import { type Aya, freePort, launchAya, startAya, until } from '../support/aya.ts';
import { decodeResponse, encodeQuery, type Question, UdpClient } from '../support/dns-client.ts';
import { Region } from './region.ts';
import { DENIAL, zone } from './zone.ts';

const EAST = '127.11.0.1';
const WEST = '127.12.0.1';
const WEST_2 = '127.12.0.2';
const SOUTH = '127.13.0.1';
const EVERYONE = `${EAST} ${WEST} ${WEST_2} ${SOUTH}`;

/** Three regions, probed where they answer: `every.` names each that is up, `primary.` the first of an order. */
function world(port: number, services = ''): string {
  return `
regions: { east: {}, west: {}, south: {} }
probes:
  web: { http: { port: ${port}, path: /healthz }, interval: 300ms, fall: 2, rise: 2 }
  port: { tcp: { port: ${port} }, interval: 300ms }
policies:
  primary: [{ ordered: [west, east, south] }]
  split: [weighted]
services:
  every: { policy: split, probe: web, answers: 3, endpoints: &endpoints { east: { a: ${EAST} }, west: { a: [${WEST}, ${WEST_2}] }, south: { a: ${SOUTH} } } }
  primary: { policy: primary, probe: web, endpoints: *endpoints }
${services.trim().replace(/^ */gm, '  ')}
${zone('every SERVICE every\nprimary SERVICE primary\n* SERVICE other')}
`;
}

const OTHER = 'other: { policy: primary, probe: web, endpoints: *endpoints }';

async function startRegions(port: number) {
  const stack = new AsyncDisposableStack();
  const start = async (address: string): Promise<Region> => stack.use(await Region.start(address, port));
  const [east, west] = [await start(EAST), await start(WEST)];
  return Object.assign(stack, { east, west, west2: await start(WEST_2), south: await start(SOUTH) });
}

/** The addresses of an answer, sorted. */
async function named(aya: Aya, question: Question | string): Promise<string> {
  return [...(await aya.ask(question)).addresses].sort().join(' ');
}

/** Resolves when an answer names these addresses. */
function naming(aya: Aya, question: Question | string, addresses: string): Promise<boolean> {
  return until(async () => (await named(aya, question)) === addresses);
}

function changesOf(aya: Aya, address: string, service: string) {
  return aya.log.filter((line) => line.address === address && line.service === service);
}

describe.concurrent('a region that fails', () => {
  test('is named no more while it is down, and again once it is back; each change is a line of the log', async () => {
    const port = await freePort();
    await using regions = await startRegions(port);
    await using aya = await startAya(world(port, OTHER));
    expect(await named(aya, 'every.example.com')).toBe(EVERYONE);
    expect(await named(aya, 'primary.example.com')).toBe(`${WEST} ${WEST_2}`);

    await regions.west.die();
    await regions.west2.die();
    await naming(aya, 'every.example.com', `${EAST} ${SOUTH}`);
    await naming(aya, 'primary.example.com', EAST);
    // Over several intervals, so that probes that fail again and again are among what happens.
    for (const end = Date.now() + 1000; Date.now() < end; ) {
      expect(await named(aya, 'every.example.com')).toBe(`${EAST} ${SOUTH}`);
      expect(await named(aya, 'primary.example.com')).toBe(EAST);
    }

    await regions.west.revive();
    await regions.west2.revive();
    await naming(aya, 'every.example.com', EVERYONE);
    await naming(aya, 'primary.example.com', `${WEST} ${WEST_2}`);
    for (const [address, service] of [
      [WEST, 'every'],
      [WEST, 'primary'],
      [WEST_2, 'every'],
      [WEST_2, 'primary'],
    ] as const) {
      expect(changesOf(aya, address, service)).toMatchObject([
        { region: 'west', from: 'unknown', to: 'up' },
        { region: 'west', from: 'up', to: 'down', why: 'connection refused', level: 'warn' },
        { region: 'west', from: 'down', to: 'up', why: 'passed', level: 'info' },
      ]);
    }
    expect(changesOf(aya, EAST, 'every')).toHaveLength(1);
  });

  test('keeps its other address in answers where only one is down', async () => {
    const port = await freePort();
    await using regions = await startRegions(port);
    await using aya = await startAya(world(port, OTHER));
    await regions.west.die();
    await naming(aya, 'primary.example.com', WEST_2);
    await naming(aya, 'every.example.com', `${EAST} ${WEST_2} ${SOUTH}`);
    await regions.west.revive();
    await naming(aya, 'primary.example.com', `${WEST} ${WEST_2}`);
  });

  test('is not in the very first answer if it is down at the start', async () => {
    const port = await freePort();
    await using regions = await startRegions(port);
    await regions.south.die();
    await using aya = await launchAya(world(port, OTHER));
    await using client = await UdpClient.open(aya.port);
    // Asked from before anyone listens, so that no answer comes earlier than the first one seen.
    const first = await until(() => {
      void client.send(encodeQuery({ name: 'every.example.com' }));
      return client.strays[0];
    });
    expect([...decodeResponse(first).addresses].sort().join(' ')).toBe(`${EAST} ${WEST} ${WEST_2}`);
  });

  test('is probed at its check target in place of its addresses', async () => {
    const port = await freePort();
    await using target = await Region.start('127.14.0.1', port);
    const west = `west: { a: [192.0.2.1, 192.0.2.2], check: "127.14.0.1:${port}" }`;
    const east = `east: { a: ${EAST}, check: "127.14.0.2:${port}" }`;
    const other = `other: { policy: primary, probe: web, endpoints: { ${west}, ${east} } }`;
    await using aya = await startAya(world(port, other));
    expect(await named(aya, 'x.example.com')).toBe('192.0.2.1 192.0.2.2');
    await using substitute = await Region.start('127.14.0.2', port);
    await target.die();
    await naming(aya, 'x.example.com', EAST);
    await substitute.die();
    await target.revive();
    await naming(aya, 'x.example.com', '192.0.2.1 192.0.2.2');
  });

  test('is found by a TCP probe as well', async () => {
    const port = await freePort();
    await using regions = await startRegions(port);
    await using aya = await startAya(world(port, OTHER.replace('web', 'port')));
    expect(await named(aya, 'x.example.com')).toBe(`${WEST} ${WEST_2}`);
    await regions.west.die();
    await regions.west2.die();
    await naming(aya, 'x.example.com', EAST);
    await regions.west.revive();
    await naming(aya, 'x.example.com', WEST);
  });

  test('is judged for AAAA by its IPv6 addresses alone', async () => {
    const port = await freePort();
    await using regions = await startRegions(port);
    await using six = await Region.start('::1', port);
    const [west, east] = [`west: { a: ${WEST} }`, `east: { a: ${EAST}, aaaa: "::1" }`];
    const south = `south: { aaaa: "2001:db8::2", check: "${SOUTH}:${port}" }`;
    const other = `other: { policy: primary, probe: web, whenAllDown: none, endpoints: { ${west}, ${east}, ${south} } }`;
    await using aya = await startAya(world(port, other));
    const question = { name: 'x.example.com', type: 'AAAA' } as const;
    // West is the first of the order, and has none.
    expect(await named(aya, question)).toBe('::1');
    expect(await named(aya, 'x.example.com')).toBe(WEST);
    await six.die();
    await naming(aya, question, '2001:db8::2');
    await regions.south.die();
    await naming(aya, question, '');
    expect(await aya.ask(question)).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [DENIAL] });
    expect(await named(aya, 'every.example.com')).toBe(`${EAST} ${WEST} ${WEST_2}`);
  });
});

describe.concurrent('when all regions are down', () => {
  const sorry = 'sorry: { policy: split, endpoints: { east: { a: 192.0.2.99 } } }';
  test.each([
    ['all', 'the first of all, as if all were up', 'all', `${WEST} ${WEST_2}`, undefined],
    ['none', 'no data', 'none', '', DENIAL],
    ['another service', 'what that one has', 'sorry', '192.0.2.99', undefined],
  ])('whenAllDown %s answers %s', async (_, _what, whenAllDown, addresses, denial) => {
    const port = await freePort();
    await using regions = await startRegions(port);
    const other = OTHER.replace('probe:', `whenAllDown: ${whenAllDown}, probe:`);
    await using aya = await startAya(world(port, `${other}\n${sorry}`));
    await regions.west.die();
    await regions.west2.die();
    await naming(aya, 'x.example.com', EAST);
    await Promise.all([regions.east.die(), regions.south.die()]);
    await naming(aya, 'x.example.com', addresses);
    const { rcode, flags, authorities } = await aya.ask('x.example.com');
    expect({ rcode, flags, authorities }).toEqual({
      rcode: 'NOERROR',
      flags: 'qr aa',
      authorities: denial === undefined ? [] : [denial],
    });
    await regions.south.revive();
    await naming(aya, 'x.example.com', SOUTH);
  });
});
