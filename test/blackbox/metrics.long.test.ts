import { describe, expect, test } from 'vitest';
import { type Aya, freePort, startAya, until } from '../support/aya.ts';
import { type ParsedFamily, parseExposition } from '../support/exposition.ts';
import { answered, operate, twoRegions } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

async function scrape(port: number): Promise<readonly ParsedFamily[]> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return parseExposition(await response.text());
}

/** The value of the series with these labels; undefined where there is none. */
function seriesValue(families: readonly ParsedFamily[], metric: string, labels: Record<string, string> = {}) {
  const samples = families.flatMap((family) => family.samples);
  return samples.find(
    (sample) =>
      sample.metric === metric && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value;
}

async function startProbed(port: number, probed: number): Promise<Aya> {
  return startAya(`
admin: { listen: "127.0.0.1:${port}", socket: admin.sock }
safety: { neverTogether: [west, east] }
regions: { west: {}, east: {} }
probes: { web: { tcp: { port: ${probed} }, interval: 200ms, fall: 2, rise: 1 } }
policies: { in-order: [{ ordered: [west, east] }] }
services: { web: { policy: in-order, probe: web, endpoints: { west: { a: 127.35.0.1 }, east: { a: 127.35.0.2 } } } }
${zone('www SERVICE web')}`);
}

describe('metrics', () => {
  test('follow an endpoint that dies and comes back, and what is done by hand', async () => {
    const [port, probed] = [await freePort(), await freePort()];
    await using west = await Region.start('127.35.0.1', probed);
    await using _east = await Region.start('127.35.0.2', probed);
    await using aya = await startProbed(port, probed);
    const place = { service: 'web', region: 'west', endpoint: 'west' };
    const first = await scrape(port);
    expect(seriesValue(first, 'aya_endpoint_up', place)).toBe(1);
    expect(seriesValue(first, 'aya_probe_duration_seconds_count', place)).toBeGreaterThan(0);
    expect(seriesValue(first, 'aya_service_endpoints_available', { service: 'web' })).toBe(2);
    const since = seriesValue(first, 'aya_probe_last_success_timestamp_seconds', place) ?? 0;
    expect(Math.abs(since - Date.now() / 1000)).toBeLessThan(60);

    await west.die();
    const down = await until(async () => {
      const families = await scrape(port);
      return seriesValue(families, 'aya_endpoint_up', place) === 0 && families;
    });
    expect(seriesValue(down, 'aya_probe_failures_total', { ...place, reason: 'connection refused' })).toBeGreaterThan(
      1,
    );
    expect(seriesValue(down, 'aya_endpoint_flaps_total', place)).toBe(1);
    expect(seriesValue(down, 'aya_endpoint_answerable', place)).toBe(0);

    expect((await operate(aya, 'force', 'west', 'up')).code).toBe(0);
    const forced = await scrape(port);
    expect(seriesValue(forced, 'aya_endpoint_up', place)).toBe(0);
    expect(seriesValue(forced, 'aya_endpoint_answerable', place)).toBe(1);
    expect(seriesValue(forced, 'aya_endpoint_forced', { ...place, force: 'up' })).toBe(1);
    expect(seriesValue(forced, 'aya_overrides', { force: 'up' })).toBe(1);
    const generation = (families: readonly ParsedFamily[]) => seriesValue(families, 'aya_publication_generation') ?? 0;
    expect(generation(forced)).toBeGreaterThan(generation(down));

    expect((await operate(aya, 'force', 'web', 'down', '--override')).code).toBe(0);
    await operate(aya, 'unforce', 'west');
    const fallen = await scrape(port);
    expect(seriesValue(fallen, 'aya_service_fallback', { service: 'web', mode: 'all' })).toBe(1);
    expect(seriesValue(fallen, 'aya_safety_rules_broken')).toBeGreaterThan(0);
  });

  test('count answers and reloads', async () => {
    const port = await freePort();
    const config = twoRegions().replace('admin: {', `admin: { listen: "127.0.0.1:${port}",`);
    await using aya = await startAya(config);
    for (let query = 0; query < 5; query++) await answered(aya);
    await aya.reload();
    await aya.configure(`${config}\nnonsense: {}`);
    await aya.waitFor(({ msg }) => msg.startsWith('reload refused; '));
    const families = await until(async () => {
      const found = await scrape(port);
      return (seriesValue(found, 'aya_dns_answers_total', { type: 'A', rcode: 'NOERROR' }) ?? 0) >= 5 && found;
    });
    expect(
      seriesValue(families, 'aya_dns_messages_total', { transport: 'udp', family: 'ipv4' }),
    ).toBeGreaterThanOrEqual(5);
    expect(seriesValue(families, 'aya_service_answers_total', { service: 'web' })).toBeGreaterThanOrEqual(5);
    expect(seriesValue(families, 'aya_reloads_total', { result: 'done' })).toBe(1);
    expect(seriesValue(families, 'aya_reloads_total', { result: 'refused' })).toBe(1);
    expect(seriesValue(families, 'aya_worker_deaths_total')).toBe(0);
  });
});

describe('the HTTP listener', () => {
  test('reads and changes nothing: what changes something is for the socket', async () => {
    const port = await freePort();
    await using aya = await startAya(twoRegions().replace('admin: {', `admin: { listen: "127.0.0.1:${port}",`));
    const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
    const body = JSON.stringify({ target: 'west', force: 'down' });
    for (const [path, init, status] of [
      ['/healthz', {}, 200],
      ['/readyz', {}, 200],
      ['/readyz', { method: 'HEAD' }, 200],
      ['/status', {}, 200],
      ['/force', { method: 'POST', body }, 403],
      ['/unforce', { method: 'POST', body }, 403],
      ['/reload', { method: 'POST' }, 403],
      ['/force', {}, 405],
      ['/metrics', { method: 'POST' }, 405],
      ['/nowhere', {}, 404],
      ['//', {}, 404],
    ] as const) {
      expect([path, init, (await ask(path, init)).status]).toEqual([path, init, status]);
    }
    expect(await answered(aya)).toBe('192.0.2.1');
    expect(aya.log.filter(({ msg }) => msg === 'unexpected error')).toEqual([]);
  });

  test('moves with the configuration', async () => {
    const [before, after] = [await freePort(), await freePort()];
    const at = (port: number) => twoRegions().replace('admin: {', `admin: { listen: "127.0.0.1:${port}",`);
    await using aya = await startAya(at(before));
    await aya.configure(at(after));
    await aya.reload();
    await expect(fetch(`http://127.0.0.1:${before}/healthz`)).rejects.toThrow();
    expect((await fetch(`http://127.0.0.1:${after}/healthz`)).status).toBe(200);
  });

  test('that can not listen keeps no query from being answered', async () => {
    const port = await freePort();
    await using _other = await Region.start('127.0.0.1', port);
    await using aya = await startAya(twoRegions().replace('admin: {', `admin: { listen: "127.0.0.1:${port}",`));
    await aya.waitFor(({ msg }) => msg === 'admin cannot listen');
    expect(await answered(aya)).toBe('192.0.2.1');
  });
});
