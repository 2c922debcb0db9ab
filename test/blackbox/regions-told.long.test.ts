import { describe, expect, test } from 'vitest';
import { freePort, startAya, until } from '../support/aya.ts';
import { parseExposition } from '../support/exposition.ts';
import { Receiver } from '../support/receiver.ts';
import { operate } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

describe('a region that goes down as a whole', () => {
  test('is told of with its reason, by the log, hooks, aya status and metrics, and so is its return', async () => {
    const [port, metrics] = [await freePort(), await freePort()];
    await using receiver = await Receiver.start();
    await using west = await Region.start('127.38.0.1', port);
    await using _east = await Region.start('127.38.0.2', port);
    await using aya = await startAya(`
admin: { listen: "127.0.0.1:${metrics}", socket: admin.sock }
hooks: { pager: { url: "${receiver.url}", on: region } }
regions: { west: { probe: web, check: "127.38.0.1:${port}" }, east: {}, spare: {} }
probes: { web: { tcp: { port: ${port} }, interval: 200ms, rise: 1 } }
policies: { in-order: [{ ordered: [west, east] }] }
services: { web: { policy: in-order, probe: web, endpoints: { west: { a: 127.38.0.1 }, east: { a: 127.38.0.2 } } } }
${zone('www SERVICE web')}`);
    const gauge = async (metric: string, region: string) => {
      const families = parseExposition(await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text());
      const samples = families.flatMap((family) => family.samples);
      return samples.find((sample) => sample.metric === metric && sample.labels.region === region)?.value;
    };
    const rows = async () => JSON.parse((await operate(aya, 'status', '--json')).out).regions;
    expect(await rows()).toMatchObject([
      { region: 'west', state: 'up', verdict: 'up', endpoints: { probed: 1, down: 0 } },
      { region: 'east', state: 'up', verdict: 'up' },
      { region: 'spare', state: 'unknown', endpoints: { probed: 0, down: 0 } },
    ]);
    await west.die();
    const down = await until(() => receiver.taken[0]);
    const why = 'its own probe: connection refused';
    const failure = { why: 'connection refused', agoMs: expect.any(Number) };
    expect(down.body).toMatchObject({ kind: 'region', region: 'west', to: 'down', why, failures: [failure, failure] });
    expect(await aya.waitFor(({ msg }) => msg === 'region down')).toMatchObject({ region: 'west', why });
    expect((await operate(aya, 'status')).out).toMatch(
      /^west +down +down +\d+s +\d of 1 +its own probe: connection refused$/m,
    );
    expect([await gauge('aya_region_up', 'west'), await gauge('aya_region_up', 'east')]).toEqual([0, 1]);
    expect(await gauge('aya_region_up', 'spare')).toBeUndefined();

    await operate(aya, 'force', 'west', 'up', '--why', 'its probe is wrong');
    expect((await operate(aya, 'status')).out).toMatch(/^west +up \(forced\) +down /m);
    expect((await rows())[0]).toMatchObject({ state: 'up', verdict: 'down', forced: { why: 'its probe is wrong' } });
    expect(await gauge('aya_region_forced', 'west')).toBe(1);
    await operate(aya, 'unforce', 'west');

    await west.revive();
    const up = await until(() => receiver.taken[1]);
    expect(up.body).toMatchObject({ kind: 'region', region: 'west', to: 'up', why: 'its own probe passed' });
    await operate(aya, 'force', 'east', 'drain');
    expect((await operate(aya, 'status')).out).toMatch(/^east +draining \(forced\) +up /m);
  });
});
