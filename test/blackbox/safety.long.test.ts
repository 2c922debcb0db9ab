import { describe, expect, test } from 'vitest';
import { freePort, startAya, until } from '../support/aya.ts';
import { answered, EAST, operate, twoRegions, WEST } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const AT_LEAST = 'safety: { atLeastUp: 1 }';
const NEVER = 'safety: { neverTogether: [west, east] }';

describe('a rule of safety', () => {
  test.each([
    ['atLeastUp', AT_LEAST, 'web has 0 of 2 endpoints available, and needs 1 (atLeastUp)'],
    ['neverTogether', NEVER, 'west and east are out together (neverTogether)'],
  ])('%s refuses what would break it by hand, unless it is overridden, which is recorded', async (_, rule, what) => {
    await using aya = await startAya(twoRegions(rule));
    expect((await operate(aya, 'force', 'west', 'drain')).code).toBe(0);
    for (const force of ['down', 'drain']) {
      const { code, err } = await operate(aya, 'force', 'web/east', force);
      expect(code).toBe(1);
      expect(err).toContain(`aya: refused: ${what}`);
      expect(err).toContain('with --override it is done all the same, and recorded');
    }
    expect(await answered(aya)).toBe(EAST);
    const { code, err } = await operate(aya, 'force', 'web/east', 'down', '--override', '--why', 'flood');
    expect(code).toBe(0);
    expect(err).toContain(`aya: warning: ${what}`);
    await aya.waitFor(
      ({ msg, why, breaks }) => msg === 'override set' && why === 'flood' && `${breaks}`.includes(what),
    );
    await aya.waitFor(({ msg, what: said }) => msg === 'safety rule broken' && said === what);
    expect((await operate(aya, 'status')).out).toContain(`safety: ${what}`);
    // What is broken already is no reason to refuse what makes it no worse.
    expect((await operate(aya, 'force', 'web/west', 'down')).code).toBe(0);
  });

  test('refuses a reload that drains or removes too much, with its reason', async () => {
    await using aya = await startAya(twoRegions(AT_LEAST));
    await operate(aya, 'force', 'west', 'down');
    await aya.configure(twoRegions(AT_LEAST).replace('east: {}', 'east: { drain: true }'));
    await aya.waitFor(({ msg, code }) => msg === 'reload refused' && code === 'unsafe-reload');
    await aya.configure(twoRegions(AT_LEAST).replace(', east: { a: 192.0.2.2 }', ''));
    const from = aya.log.length;
    await aya.waitFor(({ msg }) => msg.startsWith('reload refused; '), from);
    expect(await answered(aya)).toBe(EAST);
    const { code, out } = await operate(aya, 'reload', '--override');
    expect([code, out]).toEqual([0, 'reloaded\n']);
    await aya.waitFor(({ msg }) => msg === 'reloading against the rules of safety');
    expect(await answered(aya)).toBe(WEST); // none is up: all are answered
  });

  test('does not keep a reload from what is no worse than before', async () => {
    await using aya = await startAya(twoRegions(AT_LEAST));
    await operate(aya, 'force', 'web', 'down', '--override');
    await aya.configure(twoRegions(AT_LEAST).replace('ttl: 1', 'ttl: 2'));
    expect((await aya.reload()).msg).toBe('reloaded');
  });

  test('holds back no verdict: what is down is answered no more, and the operator knows', async () => {
    const port = await freePort();
    const addresses = ['127.34.0.1', '127.34.0.2', '127.34.0.3'] as const;
    const start = (address: string) => Region.start(address, port);
    const regions = await Promise.all(addresses.map(start));
    await using _regions = new AsyncDisposableStack();
    for (const region of regions) _regions.use(region);
    await using aya = await startAya(`
admin: { socket: admin.sock }
regions: { a: {}, b: {}, c: {} }
probes: { web: { tcp: { port: ${port} }, interval: 200ms, fall: 2 } }
policies: { split: [weighted] }
services:
  web: { policy: split, probe: web, answers: 3, atLeastUp: 2, endpoints: { a: { a: 127.34.0.1 }, b: { a: 127.34.0.2 }, c: { a: 127.34.0.3 } } }
${zone('www SERVICE web')}`);
    await regions[0]!.die();
    await until(async () => (await answered(aya)) === '127.34.0.2 127.34.0.3');
    expect((await operate(aya, 'force', 'b', 'drain')).code).toBe(1);
    await regions[1]!.die();
    await until(async () => (await answered(aya)) === '127.34.0.3');
    await aya.waitFor(({ msg, service }) => msg === 'safety rule broken' && service === 'web');
    await regions[1]!.revive();
    await aya.waitFor(({ msg }) => msg === 'safety rule holds again');
  });
});

describe('the file of overrides', () => {
  const file = 'aya.overrides.yaml';

  test('may be written by hand: all of it counts, or none', async () => {
    await using aya = await startAya(twoRegions(AT_LEAST));
    await aya.write(file, 'regions: { west: drain }');
    await until(async () => (await answered(aya)) === EAST);
    let from = aya.log.length;
    await aya.write(file, 'regions: { west: up, esat: drain }');
    expect(await aya.waitFor(({ msg }) => msg === 'overrides refused', from)).toMatchObject({
      ...{ level: 'error', code: 'undefined-region', line: 1, found: "'esat'", expected: 'east' },
    });
    expect(await answered(aya)).toBe(EAST);
    from = aya.log.length;
    await aya.write(file, 'regions: { west: drain, east: down }');
    expect(await aya.waitFor(({ msg }) => msg === 'overrides refused', from)).toMatchObject({
      code: 'unsafe-override',
    });
    await aya.write(file, 'regions: { west: drain, east: { force: down, override: true } }');
    await until(async () => (await answered(aya)) === WEST);
    await aya.remove(file);
    await aya.waitFor(({ msg, name }) => msg === 'override removed' && name === 'east');
    expect(await answered(aya)).toBe(WEST);
  });

  test('that is bad is kept beside what a command writes in its place', async () => {
    await using aya = await startAya(twoRegions());
    await aya.write(file, 'regions: { west: dwon }');
    await aya.waitFor(({ msg }) => msg === 'overrides refused');
    expect((await operate(aya, 'force', 'west', 'down')).code).toBe(0);
    expect(await answered(aya)).toBe(EAST);
    await aya.remove(`${file}.refused`);
  });

  test('that can not be written is said, and the override counts all the same', async () => {
    await using aya = await startAya(
      twoRegions().replace('socket: admin.sock', 'socket: admin.sock, overrides: no/where'),
    );
    const { code, err } = await operate(aya, 'force', 'west', 'down');
    expect(code).toBe(0);
    expect(err).toContain('aya: warning: it is in force, and a restart would forget it: ENOENT');
    expect(await answered(aya)).toBe(EAST);
  });
});
