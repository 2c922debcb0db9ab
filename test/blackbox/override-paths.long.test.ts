import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { answered, EAST, operate, twoRegions, WEST } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const FILE = 'aya.overrides.yaml';
const NEVER = 'safety: { neverTogether: [west, east] }';
const TOGETHER = 'west and east of web are out together (neverTogether)';

/** Ends the server and starts it again; gives the number of the first line that the new one may have logged. */
async function restart(aya: Aya, signal: NodeJS.Signals, meanwhile: () => Promise<void> = async () => {}) {
  aya.signal(signal);
  await aya.exited;
  await meanwhile();
  const from = aya.log.length;
  aya.launch();
  await aya.waitFor(({ msg }) => msg === 'serving', from);
  return from;
}

describe('a file of overrides that is refused', () => {
  test('changes nothing, over a restart neither, until it is mended', async () => {
    await using aya = await startAya(twoRegions());
    await operate(aya, 'force', 'west', 'drain', '--why', 'new disks');
    await aya.write(FILE, 'regions: { west: dwon }');
    await aya.waitFor(({ msg }) => msg === 'overrides refused');
    expect((await operate(aya, 'status')).out).toMatch(
      /^the file of overrides is ignored: .*:1:18: bad-value: .*'dwon'/,
    );
    const from = await restart(aya, 'SIGKILL');
    expect(await answered(aya)).toBe(EAST);
    await aya.waitFor(({ msg, why }) => msg === 'override in force' && why === 'new disks', from);
    await aya.write(FILE, 'regions: { east: drain }');
    await until(async () => (await answered(aya)) === WEST);
    expect(existsSync(join(aya.folder, `${FILE}.kept`))).toBe(false);
    expect((await operate(aya, 'status')).out).not.toContain('ignored');
  });

  test('is replaced by what a command does next, and kept beside it, which the command says', async () => {
    await using aya = await startAya(twoRegions());
    await aya.write(FILE, 'regions: { west: dwon }');
    await aya.waitFor(({ msg }) => msg === 'overrides refused');
    const { code, err } = await operate(aya, 'force', 'west', 'down');
    expect([code, err]).toEqual([
      0,
      expect.stringContaining(`what stood in it is in ${join(aya.folder, FILE)}.refused`),
    ]);
    expect(readFileSync(join(aya.folder, `${FILE}.refused`), 'utf8')).toBe('regions: { west: dwon }');
  });
});

describe('rules of safety hold', () => {
  test('for a file that was written while the server did not run, unless it says that it is meant', async () => {
    await using aya = await startAya(twoRegions(NEVER));
    const from = await restart(aya, 'SIGTERM', () => aya.write(FILE, 'regions: { west: down, east: drain }'));
    const refusal = await aya.waitFor(({ msg, found }) => msg === 'overrides refused' && found === TOGETHER, from);
    expect(refusal).toMatchObject({ level: 'error', code: 'unsafe-override' });
    expect(await answered(aya)).toBe(WEST);
    const meant = 'regions: { west: down, east: { force: drain, override: true, why: flood } }';
    const again = await restart(aya, 'SIGTERM', () => aya.write(FILE, meant));
    await aya.waitFor(
      ({ msg, name, breaks }) => msg === 'override in force' && name === 'east' && `${breaks}` !== '',
      again,
    );
    expect(await answered(aya)).toBe(EAST);
  });

  test('while all is down: what would break them once probes pass again is refused', async () => {
    const port = await freePort();
    await using aya = await startAya(`
admin: { socket: admin.sock }
${NEVER}
regions: { west: {}, east: {} }
probes: { web: { tcp: { port: ${port} }, interval: 200ms, rise: 1 } }
policies: { in-order: [{ ordered: [west, east] }] }
services: { web: { policy: in-order, probe: web, endpoints: { west: { a: 127.37.0.1 }, east: { a: 127.37.0.2 } } } }
${zone('www SERVICE web')}`);
    expect((await operate(aya, 'force', 'west', 'down')).code).toBe(0);
    const { code, err } = await operate(aya, 'force', 'east', 'down');
    expect([code, err]).toEqual([1, expect.stringContaining(TOGETHER)]);
    await using _east = await Region.start('127.37.0.2', port);
    await until(async () => (await answered(aya)) === '127.37.0.2');
  });

  test('when an override ends: one that would leave them broken then is refused, or recorded twice', async () => {
    await using aya = await startAya(twoRegions(NEVER));
    await operate(aya, 'force', 'web/west', 'up', '--for', '2s');
    await operate(aya, 'force', 'west', 'down');
    const { code, err } = await operate(aya, 'force', 'east', 'down');
    expect([code, err]).toEqual([1, expect.stringMatching(/neverTogether\), from \S+ on, when an override ends/)]);
    expect((await operate(aya, 'force', 'east', 'down', '--override')).code).toBe(0);
    const expired = await aya.waitFor(({ msg }) => msg === 'override expired');
    expect(expired).toMatchObject({ name: 'web/west', breaks: expect.arrayContaining([TOGETHER]) });
    await aya.waitFor(({ msg, what }) => msg === 'safety rule broken' && what === TOGETHER);
    // It was meant, so that a restart keeps it.
    await restart(aya, 'SIGKILL');
    const { out } = await operate(aya, 'status');
    expect(out).toMatch(/forced down: region east by .*\(against the rules of safety\)/);
  });

  test('for a file that a reload names, and one that is not there yet takes over what is in force', async () => {
    const at = (path: string) => twoRegions(NEVER).replace('admin.sock', `admin.sock, overrides: ${path}`);
    await using aya = await startAya(at('one.yaml'), { files: { 'two.yaml': 'regions: { west: down, east: drain }' } });
    await operate(aya, 'force', 'west', 'drain');
    await aya.configure(at('two.yaml'));
    await aya.reload();
    await aya.waitFor(({ msg, code }) => msg === 'overrides refused' && code === 'unsafe-override');
    expect(await answered(aya)).toBe(EAST);
    await aya.configure(at('three.yaml'));
    await aya.reload();
    expect(await answered(aya)).toBe(EAST);
    expect(readFileSync(join(aya.folder, 'three.yaml'), 'utf8')).toContain('"west"');
  });

  test('from a reload on that brings them: what breaks them already stays so, over a restart, too', async () => {
    await using aya = await startAya(twoRegions());
    for (const region of ['west', 'east']) await operate(aya, 'force', region, 'down');
    await aya.configure(twoRegions(NEVER));
    expect((await aya.reload()).msg).toBe('reloaded');
    const from = await restart(aya, 'SIGKILL');
    expect(aya.log.slice(from).filter(({ msg }) => msg === 'override in force')).toHaveLength(2);
  });
});

test('an override that ended while the server did not run is told of', async () => {
  await using aya = await startAya(twoRegions());
  await operate(aya, 'force', 'west', 'down');
  const over = 'regions: { west: { force: down, until: 2026-01-01T00:00:00Z, who: ann } }';
  const from = await restart(aya, 'SIGTERM', () => aya.write(FILE, over));
  await aya.waitFor(({ msg, who }) => msg === 'override expired' && who === 'ann', from);
  expect(await answered(aya)).toBe(WEST);
});
