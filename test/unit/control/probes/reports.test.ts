import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pushHandler } from '../../../../src/control/probes/push-handler.ts';
import { Reports } from '../../../../src/control/probes/reports.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const token = 'a-secret-of-16-or-more';
const reporter = { endpoint: 'web/eu', address: '192.0.2.1', token, ttlMs: 30_000 };
const report = { endpoint: 'web/eu', address: undefined, token, isUp: true, why: '' };

class Bench {
  readonly clock = new ManualClock();
  readonly reports = new Reports(this.clock);
  news = 0;
  readonly end = this.reports.await(reporter, () => this.news++);

  outcome(): string {
    const outcome = this.reports.outcome(reporter);
    return outcome.ok ? 'up' : `${outcome.fault}: ${outcome.reason}`;
  }
}

describe('a report', () => {
  test('that has not come yet says nothing, until its time is over', () => {
    const bench = new Bench();
    expect(bench.outcome()).toBe('observer: nothing reported yet');
    bench.clock.advance(30_000);
    expect([bench.outcome(), bench.news]).toEqual(['endpoint: silent for 30 s', 1]);
  });

  test('holds for its time, and a new one begins it again', () => {
    const bench = new Bench();
    expect(bench.reports.take(report)).toBe(true);
    bench.clock.advance(20_000);
    bench.reports.take(report);
    bench.clock.advance(20_000);
    expect([bench.outcome(), bench.news]).toEqual(['up', 2]);
    bench.clock.advance(10_000);
    expect([bench.outcome(), bench.news]).toEqual(['endpoint: silent for 30 s', 3]);
  });

  test('of being down says why', () => {
    const bench = new Bench();
    bench.reports.take({ ...report, isUp: false, why: 'maintenance' });
    expect(bench.outcome()).toBe('endpoint: reports itself down: maintenance');
  });

  test.each([
    ['with a wrong token', { token: 'another' }],
    ['of another endpoint', { endpoint: 'web/us' }],
    ['of another address', { address: '192.0.2.2' }],
  ])('%s is not taken', (_name, change) => {
    const bench = new Bench();
    expect(bench.reports.take({ ...report, ...change })).toBe(false);
    expect([bench.outcome(), bench.news]).toEqual(['observer: nothing reported yet', 0]);
  });

  test('is one of two about the same endpoint, by its token', () => {
    const bench = new Bench();
    const other = { ...reporter, token: 'another-secret-of-16' };
    bench.reports.await(other, () => {});
    expect(bench.reports.take({ ...report, token: other.token, isUp: false })).toBe(true);
    expect(bench.reports.take(report)).toBe(true);
    expect([bench.outcome(), bench.reports.outcome(other).ok]).toEqual(['up', false]);
  });

  test('outlives a reload, and is not awaited after the end', () => {
    const bench = new Bench();
    bench.reports.take(report);
    const end = bench.reports.await(reporter, () => {});
    bench.end();
    expect(bench.outcome()).toBe('up');
    end();
    expect([bench.outcome(), bench.clock.pendingTimers]).toEqual(['observer: nobody is awaited to report', 0]);
  });
});

describe('over HTTP', () => {
  async function push(path: string, init: RequestInit): Promise<{ status: number; outcome: string }> {
    const bench = new Bench();
    const server = createServer(pushHandler(bench.reports)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { status } = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status, outcome: bench.outcome() };
  }

  const authorization = `Bearer ${token}`;
  const put = { method: 'PUT', headers: { authorization } };
  const unheard = 'observer: nothing reported yet';

  test.each<[string, string, RequestInit, number, string]>([
    ['an empty one', '/push/web/eu', put, 204, 'up'],
    ['one that is up', '/push/web/eu', { ...put, body: '{"state":"up"}' }, 204, 'up'],
    [
      'one that is down',
      '/push/web/eu',
      { ...put, body: '{"state":"down","why":"a\\nb"}' },
      204,
      'endpoint: reports itself down: a b',
    ],
    ['one by POST, for an address', '/push/web/eu/192.0.2.1', { ...put, method: 'POST' }, 204, 'up'],
    ['no token', '/push/web/eu', { method: 'PUT' }, 403, unheard],
    ['another endpoint', '/push/web/us', put, 403, unheard],
    ['a GET', '/push/web/eu', { headers: { authorization } }, 405, unheard],
    ['no endpoint', '/push/web', put, 404, unheard],
    ['too many words', '/push/web/eu/a/b', put, 404, unheard],
    ['half an escape', '/push/web/%e', put, 404, unheard],
    ['no JSON', '/push/web/eu', { ...put, body: '{' }, 400, unheard],
    ['another state', '/push/web/eu', { ...put, body: '{"state":"UP"}' }, 400, unheard],
    ['a body that is too large', '/push/web/eu', { ...put, body: 'x'.repeat(5_000) }, 413, unheard],
  ])('%s', async (_name, path, init, status, outcome) => {
    expect(await push(path, init)).toEqual({ status, outcome });
  });
});
