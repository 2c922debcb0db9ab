import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Aya, freePort, type LogLine, startAya, until } from '../support/aya.ts';
import { TcpClient, UdpClient } from '../support/dns-client.ts';
import { writeDatabase } from '../unit/geo/mmdb-writer.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const address = (value: string) => zone(`www IN A ${value}`);

/** Resolves when the name has this address. */
function answering(aya: Aya, value: string): Promise<boolean> {
  return until(async () => (await aya.ask('www.example.com')).addresses.join() === value);
}

/** Asks one query after the other until told to stop; every one must have its answer. */
function askThroughout(aya: Aya): { stop(): Promise<number> } {
  let isOver = false;
  const asked = (async () => {
    let count = 0;
    for (; !isOver; count++) expect((await aya.ask('www.example.com')).addresses).toHaveLength(1);
    return count;
  })();
  asked.catch(() => {}); // awaited by stop()
  return {
    stop() {
      isOver = true;
      return asked;
    },
  };
}

describe.concurrent('a reload', () => {
  test('by SIGHUP takes the changed configuration', async () => {
    await using aya = await startAya(address('192.0.2.1'));
    await aya.configure(address('192.0.2.2'));
    expect((await aya.reload()).msg).toBe('reloaded');
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.2']);
  });

  test('comes by itself when the configuration changes, or a file it names', async () => {
    const file = (value: string) =>
      `@ 300 IN SOA ns h 1 2h 30m 2w 60\n@ 300 IN NS ns.example.net.\nwww 300 A ${value}\n`;
    const config = 'zones: { example.com: { file: example.zone } }';
    await using aya = await startAya(config, { files: { 'example.zone': file('192.0.2.1') } });
    await answering(aya, '192.0.2.1');
    await aya.write('example.zone', file('192.0.2.2'));
    await answering(aya, '192.0.2.2');
    await aya.configure(address('192.0.2.3'));
    await answering(aya, '192.0.2.3');
  });

  test('of a file with mistakes is refused with all of them, until they are mended', async () => {
    await using aya = await startAya(address('192.0.2.1'));
    await aya.configure(`nonsense: 1\nprobes: { web: { tcp: { port: 0 } } }\n${address('192.0.2.2')}`);
    expect(await aya.reload()).toMatchObject({ level: 'error', problems: 2 });
    const problems = aya.log.filter(({ msg }) => msg === 'reload refused');
    const file = join(aya.folder, 'aya.yaml');
    expect(problems).toMatchObject([
      { code: 'unknown-key', file, line: 2, column: 1, found: expect.stringContaining('nonsense') },
      { file, line: 3, expected: expect.stringContaining('port from 1 to 65535') },
    ]);
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
    await aya.configure(address('192.0.2.3'));
    await answering(aya, '192.0.2.3');
  });

  test('of a zone file with a mistake, and of one that is gone, is refused, until it is mended', async () => {
    const good = (value: string) =>
      `@ 300 IN SOA ns h 1 2h 30m 2w 60\n@ 300 IN NS ns.example.net.\nwww 300 A ${value}\n`;
    const config = 'zones: { example.com: { file: example.zone } }';
    await using aya = await startAya(config, { files: { 'example.zone': good('192.0.2.1') } });
    await aya.write('example.zone', good('192.0.2.256'));
    const refusal = await aya.waitFor(({ msg }) => msg === 'reload refused');
    expect(refusal).toMatchObject({ file: join(aya.folder, 'example.zone'), line: 3 });
    const from = aya.log.length;
    await aya.remove('example.zone');
    await aya.waitFor(({ msg, code }) => msg === 'reload refused' && code === 'no-such-file', from);
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
    await aya.write('example.zone', good('192.0.2.2'));
    await answering(aya, '192.0.2.2');
  });

  test('loses no query, ten times over', async () => {
    await using aya = await startAya(address('192.0.2.1'));
    const asking = askThroughout(aya);
    for (let round = 1; round <= 10; round++) {
      await aya.configure(address(`192.0.2.${round}`));
      expect((await aya.reload()).msg).toBe('reloaded');
      await answering(aya, `192.0.2.${round}`);
    }
    expect(await asking.stop()).toBeGreaterThan(10);
  });

  test('moves to other addresses, and leaves those that are no longer listed', async () => {
    await using aya = await startAya(address('192.0.2.1'));
    const port = await freePort();
    await aya.configure(address('192.0.2.2'), { listen: [`127.0.0.1:${aya.port}`, `127.0.0.1:${port}`] });
    await aya.reload();
    await using moved = await UdpClient.open(port);
    for (const asker of [aya, moved]) expect((await asker.ask('www.example.com')).addresses).toEqual(['192.0.2.2']);
    await aya.configure(address('192.0.2.3'), { listen: [`127.0.0.1:${port}`] });
    await aya.reload();
    expect((await moved.ask('www.example.com')).addresses).toEqual(['192.0.2.3']);
    await expect(TcpClient.open(aya.port)).rejects.toThrow('ECONNREFUSED');
  });

  test('to an address that another has is refused, and the old ones go on', async () => {
    await using other = await startAya(address('192.0.2.99'));
    await using aya = await startAya(address('192.0.2.1'));
    await aya.configure(address('192.0.2.2'), { listen: [`127.0.0.1:${aya.port}`, `127.0.0.1:${other.port}`] });
    expect(await aya.reload()).toMatchObject({ level: 'error', problems: 2 });
    const isTaken = ({ code, found }: LogLine) => code === 'cannot-listen' && `${found}`.includes(`${other.port}`);
    expect(aya.log.filter(isTaken)).toHaveLength(2); // for UDP and TCP
    expect((await aya.ask('www.example.com')).addresses).toEqual(['192.0.2.1']);
    expect((await other.ask('www.example.com')).addresses).toEqual(['192.0.2.99']);
  });

  test('keeps verdicts: what is down does not come back for a moment', async () => {
    const port = await freePort();
    await using _up = await Region.start('127.21.0.1', port);
    const config = (ttl: number) => `
regions: { one: {}, two: {} }
probes: { web: { http: { port: ${port} }, interval: 1s } }
policies: { in-order: [{ ordered: [two, one] }] }
services: { web: { policy: in-order, ttl: ${ttl}, probe: web, endpoints: { one: { a: 127.21.0.1 }, two: { a: 127.22.0.1 } } } }
${zone('www SERVICE web')}`;
    await using aya = await startAya(config(1));
    const seen = new Set<string>();
    const asking = (async () => {
      for (let isLast = false; !isLast; ) {
        const { answers, addresses } = await aya.ask('www.example.com');
        seen.add(addresses.join());
        isLast = answers[0]?.includes(' 5 A') ?? false;
      }
    })();
    for (let ttl = 2; ttl <= 5; ttl++) {
      await aya.configure(config(ttl));
      await aya.reload();
    }
    await asking;
    expect([...seen]).toEqual(['127.21.0.1']);
    expect(aya.log.filter(({ msg }) => msg === 'endpoint down')).toHaveLength(1);
  });
});

describe.concurrent('a geo database', () => {
  const config = `
geo: { databases: [own.mmdb] }
regions: { one: {}, two: {} }
policies: { by-map: [{ map: [{ from: { country: JP }, to: [two] }, { to: [one] }] }] }
services: { web: { policy: by-map, endpoints: { one: { a: 192.0.2.1 }, two: { a: 192.0.2.2 } } } }
${zone('www SERVICE web')}`;
  const question = { name: 'www.example.com', subnet: '203.0.113.0/24' };
  const inCountry = (country: string) => writeDatabase([['203.0.113.0/24', { country_code: country }]]);

  test('that is replaced is in use without more ado; one that is broken is refused, until it is mended', async () => {
    await using aya = await startAya(config, { files: { 'own.mmdb': inCountry('US') } });
    const naming = (value: string) => until(async () => (await aya.ask(question)).addresses.join() === value);
    await naming('192.0.2.1');
    await aya.write('own.mmdb', inCountry('JP'));
    await naming('192.0.2.2');
    await aya.write('own.mmdb', inCountry('US').subarray(0, -100));
    const refusal = await aya.waitFor(({ code }) => code === 'bad-database');
    expect(refusal).toMatchObject({ msg: 'reload refused', file: join(aya.folder, 'own.mmdb') });
    await naming('192.0.2.2');
    await aya.write('own.mmdb', inCountry('US'));
    await naming('192.0.2.1');
  });
});
