import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort, startAya, until } from '../support/aya.ts';
import { isSignedWith, Receiver } from '../support/receiver.ts';
import { operate, twoRegions } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Forces a region down and up in turn, so many times. */
async function change(aya: Parameters<typeof operate>[0], times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    expect((await operate(aya, 'force', 'west', time % 2 === 0 ? 'down' : 'drain', '--why', `${time}`)).code).toBe(0);
  }
}

describe('a webhook', () => {
  test('is told of each change once, signed, in order, whatever fails on the way', async () => {
    await using receiver = await Receiver.start();
    receiver.statuses = [503, 0, 429, 204, 500];
    await using aya = await startAya(
      twoRegions(`hooks: { pager: { url: "${receiver.url}", secret: ${SECRET}, on: override } }`),
    );
    await change(aya, 4);
    await until(() => receiver.taken.length === 4);
    expect(receiver.taken.map(({ body }) => body.why)).toEqual(['0', '1', '2', '3']);
    expect(receiver.taken[0]?.body).toMatchObject({ kind: 'override', what: 'set', target: 'region', name: 'west' });
    expect(receiver.requests.map(({ body }) => body.why)).toEqual(['0', '0', '0', '0', '1', '1', '2', '3']);
    // Each attempt of one change has its id, by which a receiver knows it again.
    expect(new Set(receiver.requests.slice(0, 4).map(({ body }) => body.id)).size).toBe(1);
    for (const request of receiver.requests) {
      expect(isSignedWith(SECRET, request)).toBe(true);
      expect(request.headers['webhook-id']).toBe(request.body.id);
    }
    expect(aya.log.filter(({ msg }) => msg === 'hook failed; trying again').map(({ why }) => why)).toEqual([
      ...['status 503', expect.any(String), 'status 429', 'status 500'],
    ]);
  });

  test('that refuses a change for good is told the next one; a redirect is a refusal', async () => {
    await using receiver = await Receiver.start();
    receiver.statuses = [404, 302];
    await using aya = await startAya(twoRegions(`hooks: { pager: { url: "${receiver.url}", on: override } }`));
    await change(aya, 3);
    await until(() => receiver.taken.length === 1);
    expect(receiver.requests.map(({ body }) => body.why)).toEqual(['0', '1', '2']);
    const givenUp = aya.log.filter(({ msg }) => msg === 'hook failed; the change is given up');
    expect(givenUp.map(({ hook, why }) => [hook, why])).toEqual([
      ['pager', 'status 404'],
      ['pager', 'status 302'],
    ]);
  });

  test('that is not there holds up nobody but itself', async () => {
    await using receiver = await Receiver.start();
    const nobody = `http://127.0.0.1:${await freePort()}/`;
    await using aya = await startAya(
      twoRegions(`hooks: { gone: { url: "${nobody}", queue: 1 }, there: { url: "${receiver.url}", on: override } }`),
    );
    await change(aya, 3);
    await until(() => receiver.taken.length === 3);
    await aya.waitFor(({ msg, hook }) => msg === 'hook too slow; a change is lost' && hook === 'gone');
  });

  test('is told of verdicts with the last failures, of fallbacks and of broken rules', async () => {
    const port = await freePort();
    await using receiver = await Receiver.start();
    await using only = await Region.start('127.33.0.1', port);
    await using aya = await startAya(`
safety: { atLeastUp: 1 }
hooks: { pager: { url: "${receiver.url}" } }
regions: { west: {} }
probes: { web: { tcp: { port: ${port} }, interval: 200ms, fall: 2, rise: 1 } }
policies: { split: [weighted] }
services: { web: { policy: split, probe: web, endpoints: { west: { a: 127.33.0.1 } } } }
${zone('www SERVICE web')}`);
    await only.die();
    const told = (kind: string) => receiver.taken.filter(({ body }) => body.kind === kind).map(({ body }) => body);
    await until(() => told('fallback').length > 0 && told('safety').length > 0);
    const refused = { why: 'connection refused', agoMs: expect.any(Number) };
    expect(told('verdict')).toMatchObject([
      { service: 'web', endpoint: 'west', address: '127.33.0.1', from: 'up', to: 'down', failures: [refused, refused] },
    ]);
    expect(told('fallback')).toMatchObject([{ service: 'web', modes: ['all'] }]);
    expect(told('safety')).toMatchObject([{ isBroken: true, rule: 'atLeastUp', service: 'web' }]);
    await only.revive();
    await until(() => told('fallback').length > 1 && told('safety').length > 1);
    expect(told('fallback')[1]).toMatchObject({ modes: [] });
    expect(told('safety')[1]).toMatchObject({ isBroken: false });
    const line = aya.log.find(({ msg }) => msg === 'endpoint down');
    expect(line).toMatchObject({ service: 'web', failures: [refused, refused] });
  });
});

describe('a command', () => {
  test('is run for each change, one after the other, with the change on its input', async () => {
    const script = '#!/bin/sh\nread -r change\necho "$AYA_KIND $change" >>"$1"\n';
    await using aya = await startAya(twoRegions(), { files: { 'on-change': script } });
    const [out, hook] = [join(aya.folder, 'out'), join(aya.folder, 'on-change')];
    await aya.configure(twoRegions(`hooks: { replace: { exec: [/bin/sh, "${hook}", "${out}"], on: override } }`));
    await aya.reload();
    await change(aya, 3);
    const lines = await until(() => {
      const all = readOrNothing(out).split('\n').slice(0, -1);
      return all.length === 3 && all;
    });
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['override', 'override', 'override']);
    expect(lines.map((line) => JSON.parse(line.slice('override '.length)).why)).toEqual(['0', '1', '2']);
  });

  test('that hangs or fails is ended, told of, and not run again', async () => {
    await using aya = await startAya(
      twoRegions(`
hooks:
  hangs: { exec: [/bin/sleep, "1000"], timeout: 300ms, on: override }
  fails: { exec: [/bin/sh, -c, "echo no disk >&2; exit 3"], on: override }
  missing: { exec: [/nowhere/at/all], on: override }`),
    );
    await change(aya, 1);
    const failed = (hookName: string) =>
      aya.waitFor(({ hook: name, msg }) => name === hookName && msg.startsWith('hook'));
    expect(await failed('hangs')).toMatchObject({ why: 'timed out after 300 ms' });
    expect(await failed('fails')).toMatchObject({ why: 'exit code 3: no disk' });
    expect(await failed('missing')).toMatchObject({ why: expect.stringContaining('ENOENT') });
    expect((await operate(aya, 'status')).code).toBe(0);
  });
});

describe('at a stop', () => {
  test('what waits still goes, also what was to be tried again later', async () => {
    await using receiver = await Receiver.start();
    receiver.statuses = [503];
    await using aya = await startAya(twoRegions(`hooks: { pager: { url: "${receiver.url}", on: override } }`));
    await change(aya, 5);
    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    expect(receiver.taken.map(({ body }) => body.why)).toEqual(['0', '1', '2', '3', '4']);
    expect(aya.log.filter(({ msg }) => msg.startsWith('hook ends'))).toEqual([]);
  });

  test('what nobody takes within seconds is given up, which is said, and ends no later for it', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}/`;
    await using aya = await startAya(
      twoRegions(`
hooks:
  gone: { url: "${nobody}", on: override }
  hangs: { exec: [/bin/sleep, "1000"], timeout: 10m, on: override }`),
    );
    await change(aya, 3);
    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    const ends = aya.log.filter(({ msg }) => msg === 'hook ends before all changes were taken; they are given up');
    expect(ends.map(({ hook, changes }) => [hook, changes]).sort()).toEqual([
      ['gone', 3],
      ['hangs', 3],
    ]);
    expect(aya.log.at(-1)?.msg).toBe('stopped');
  });

  test('and where a reload takes a hook away, what waits for it goes, too', async () => {
    await using receiver = await Receiver.start();
    receiver.statuses = [503, 503];
    await using aya = await startAya(twoRegions(`hooks: { pager: { url: "${receiver.url}", on: override } }`));
    await change(aya, 2);
    await aya.configure(twoRegions());
    await aya.reload();
    await until(() => receiver.taken.length === 2);
  });
});

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
