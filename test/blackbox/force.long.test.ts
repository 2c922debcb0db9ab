import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runStatus } from '../../src/cli/status.ts';
import { freePort, launchAya, runAya, startAya, until } from '../support/aya.ts';
import { answered, EAST, operate, twoRegions, WEST } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

describe('aya force', () => {
  test('takes a region, an endpoint or a service out of answers, and unforce brings it back', async () => {
    await using aya = await startAya(twoRegions());
    expect(await answered(aya)).toBe(WEST);
    for (const what of ['west', 'web/west']) {
      for (const force of ['down', 'drain']) {
        const done = await operate(aya, 'force', what, force, '--why', 'new disks');
        expect(done).toMatchObject({ code: 0, err: '' });
        expect(await answered(aya)).toBe(EAST);
        const { out } = await operate(aya, 'unforce', what);
        expect(out).toBe(`${what === 'west' ? 'region' : 'endpoint'} ${what}: no longer forced ${force}\n`);
        expect(await answered(aya)).toBe(WEST);
      }
    }
    const [set] = aya.log.filter(({ msg }) => msg === 'override set');
    expect(set).toMatchObject({ target: 'region', name: 'west', force: 'down', why: 'new disks', level: 'warn' });
    expect(set?.who).not.toBe('');
    expect(aya.log.filter(({ msg }) => msg === 'override removed')).toHaveLength(4);
  });

  test('brings up what a probe finds down, and takes down what it finds up', async () => {
    const port = await freePort();
    await using _east = await Region.start('127.31.0.2', port);
    await using aya = await startAya(`
admin: { socket: admin.sock }
regions: { west: {}, east: {} }
probes: { web: { tcp: { port: ${port} }, interval: 200ms } }
policies: { in-order: [{ ordered: [west, east] }] }
services: { web: { policy: in-order, probe: web, endpoints: { west: { a: 127.31.0.1 }, east: { a: 127.31.0.2 } } } }
${zone('www SERVICE web')}`);
    expect(await answered(aya)).toBe('127.31.0.2');
    await operate(aya, 'force', 'web/west', 'up');
    expect(await answered(aya)).toBe('127.31.0.1');
    await operate(aya, 'force', 'service:web', 'down');
    expect(await answered(aya)).toBe('127.31.0.1'); // its own comes before its service's
    await operate(aya, 'unforce', 'web/west');
    await operate(aya, 'unforce', 'web');
    expect(await answered(aya)).toBe('127.31.0.2');
  });

  test('ends by itself when its time is up', async () => {
    await using aya = await startAya(twoRegions());
    expect((await operate(aya, 'force', 'west', 'down', '--for', '1s')).out).toMatch(/forced down until 20/);
    expect(await answered(aya)).toBe(EAST);
    await aya.waitFor(({ msg }) => msg === 'override expired');
    expect(await until(async () => (await answered(aya)) === WEST)).toBe(true);
  });

  test('survives a restart, from its first answer on', async () => {
    await using aya = await startAya(twoRegions());
    await operate(aya, 'force', 'west', 'drain', '--for', '1h', '--why', 'new disks');
    aya.signal('SIGKILL');
    await aya.exited;
    const from = aya.log.length;
    aya.launch();
    await aya.waitFor(({ msg }) => msg === 'serving', from);
    expect(await answered(aya)).toBe(EAST);
    await aya.waitFor(({ msg, why }) => msg === 'override in force' && why === 'new disks', from);
    expect((await operate(aya, 'unforce', 'west')).code).toBe(0);
    expect(await answered(aya)).toBe(WEST);
  });

  test('survives a reload without what it names, and says so', async () => {
    await using aya = await startAya(twoRegions());
    await operate(aya, 'force', 'web/west', 'down');
    await aya.configure(twoRegions().replace('west: { a:', 'other: { region: west, a:'));
    await aya.reload();
    await aya.waitFor(({ msg, name }) => msg === 'override of nothing' && name === 'web/west');
    expect(await answered(aya)).toBe(WEST);
    await aya.configure(twoRegions());
    await aya.reload();
    expect(await answered(aya)).toBe(EAST);
  });

  test.each([
    [['force', 'wset', 'down'], 1, 'aya: refused: there is no endpoint, region or service wset; did you mean west?\n'],
    [['unforce', 'west'], 1, 'aya: refused: region west is not forced\n'],
    [['force', 'west', 'down', '--for', 'ever'], 2, 'aya: --for ever: expected a duration such as 5s or 500ms\n'],
  ] as const)('%j is refused with %i', async ([word, ...args], code, err) => {
    await using aya = await startAya(twoRegions());
    expect(await operate(aya, word, ...args)).toEqual({ code, out: '', err });
    expect(await answered(aya)).toBe(WEST);
  });

  test.each([
    [['force', 'west'], 'usage: aya force WHAT'],
    [['force', 'west', 'sideways'], 'aya: sideways: expected one of up, down, drain'],
    [['unforce'], 'usage: aya unforce WHAT'],
    [['status', 'more'], 'usage: aya status'],
  ] as const)('%j is misuse', async ([word, ...args], usage) => {
    await using aya = await launchAya(twoRegions());
    const { code, err } = await operate(aya, word, ...args);
    expect([code, err.slice(0, usage.length)]).toEqual([2, usage]);
  });
});

describe('the socket', () => {
  test('is for its own user alone, and a stale one is no hindrance', async () => {
    await using aya = await startAya(twoRegions());
    const path = join(aya.folder, 'admin.sock');
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
    aya.signal('SIGKILL');
    await aya.exited;
    expect((await operate(aya, 'status')).err).toBe(`aya: no server listens at ${path}\n`);
    const from = aya.log.length;
    aya.launch();
    await aya.waitFor(({ msg }) => msg === 'serving', from);
    expect((await operate(aya, 'status')).code).toBe(0);
    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  test('of a configuration that names none is none', async () => {
    await using aya = await startAya(twoRegions().replace('socket: admin.sock', ''));
    const { code, err } = await operate(aya, 'status');
    expect(code).toBe(1);
    expect(err).toContain('says no admin.socket');
  });

  test('is found even while the rest of the configuration is broken', async () => {
    await using aya = await startAya(twoRegions());
    await aya.configure(`${twoRegions()}\nnonsense: {}`);
    expect((await operate(aya, 'force', 'west', 'down')).code).toBe(0);
    const { code, err } = await operate(aya, 'reload');
    expect(code).toBe(1);
    expect(err).toContain('unknown-key');
    expect(err).toContain('what was served goes on being served');
  });
});

describe('aya status', () => {
  test('--watch shows it again and again, and goes on when a server that went is back', async () => {
    await using aya = await startAya(twoRegions());
    const said: { out: string[]; err: string[] } = { out: [], err: [] };
    const io = { out: (line: string) => said.out.push(line), err: (line: string) => said.err.push(line) };
    const interrupted = new AbortController();
    const config = join(aya.folder, 'aya.yaml');
    const watching = runStatus(['--watch', '--config', config], io, interrupted.signal);
    const tables = (): number => said.out.filter((line) => line.startsWith('SERVICE')).length;
    await until(() => tables() > 1);
    aya.signal('SIGTERM');
    await aya.exited;
    await until(() => said.err.length > 0);
    const before = tables();
    aya.launch();
    await until(() => tables() > before);
    interrupted.abort();
    expect(await watching).toBe(0);
    const where = join(aya.folder, 'admin.sock');
    expect(said.err).toEqual([`aya: no server listens at ${where}; asking again every second`]);
  });

  test('of nobody, to watch or not, is an error at once', async () => {
    const io = { out: () => {}, err: () => {} };
    expect(await runStatus(['--watch', '--socket', '/nowhere/admin.sock'], io)).toBe(1);
    expect(await runStatus([], io)).toBe(2);
  });

  test('and aya force are commands of the program', async () => {
    await using aya = await startAya(twoRegions());
    const config = ['--config', join(aya.folder, 'aya.yaml')];
    const forced = await runAya('force', 'west', 'down', ...config);
    expect(forced).toEqual({ code: 0, out: 'region west: forced down\n', err: '' });
    expect((await runAya('status', ...config)).out).toContain('down (forced)');
    expect((await runAya('unforce', 'west', ...config)).code).toBe(0);
    expect(await answered(aya)).toBe(WEST);
  });

  test('shows endpoints, verdicts and overrides, as a table and as JSON', async () => {
    const port = await freePort();
    await using _east = await Region.start('127.32.0.2', port);
    await using aya = await startAya(`
admin: { socket: admin.sock }
regions: { west: {}, east: {} }
probes: { web: { tcp: { port: ${port} }, interval: 200ms } }
policies: { in-order: [{ ordered: [west, east] }] }
services: { web: { policy: in-order, probe: web, endpoints: { west: { a: 127.32.0.1 }, east: { a: 127.32.0.2 } } } }
${zone('www SERVICE web')}`);
    await operate(aya, 'force', 'east', 'drain', '--why', 'new disks');
    const { out } = await operate(aya, 'status');
    const lines = out.split('\n');
    expect(lines.shift()).toBe('web: fallback draining');
    expect(lines[0]).toMatch(/^forced drain: region east by \S+: new disks$/);
    expect(lines[1]).toMatch(/^SERVICE +ENDPOINT +REGION +STATE +ADDRESS +PROBE +SINCE +TOOK +WHY$/);
    expect(lines[2]).toMatch(/^web +west +west +down +127\.32\.0\.1 +down +\d+s +\S+ m?s +connection refused$/);
    expect(lines[3]).toMatch(/^web +east +east +draining \(forced\) +127\.32\.0\.2 +up /);
    expect(out).not.toContain('\x1b'); // it is no terminal
    const status = JSON.parse((await operate(aya, 'status', '--json')).out);
    expect(status).toMatchObject({
      isProberSuspect: false,
      services: [{ service: 'web', endpoints: [{ state: 'down' }, { state: 'draining', forced: { force: 'drain' } }] }],
      overrides: [{ kind: 'region', name: 'east', why: 'new disks' }],
      broken: [],
    });
  });
});
