import { EventEmitter, on, once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProbeTarget } from '../../../../src/control/probes/entry.ts';
import type { ProbeKinds } from '../../../../src/control/probes/kinds.ts';
import type { ProbeOutcome } from '../../../../src/control/probes/probe.ts';
import type { ProbeResult } from '../../../../src/control/probes/run.ts';
import { Prober, type VerdictChange } from '../../../../src/control/verdicts/prober.ts';
import { NO_FLAPS } from '../../../../src/health/flap.ts';
import { probeSchema } from '../../../../src/health/schema.ts';
import { type Clock, systemClock } from '../../../../src/util/clock.ts';
import { Bench, config, passed, refused, settled, target, targets } from '../../../support/prober-bench.ts';
import { kinds as probeKinds } from '../../../support/probing.ts';
import { closedPort, startServer, startServerThread, withStatus } from '../../../support/servers.ts';

describe('schedule', () => {
  test('the first probe runs at once, the second after the drawn gap, the others an interval apart', async () => {
    const bench = new Bench({ random: () => 0.75 });
    bench.prober.setTargets([target('a')]);
    await bench.pass(3_000);
    expect(bench.startsMs).toEqual([0, 250, 1_250, 2_250]);
  });

  test('the gap is never longer than the interval', async () => {
    const bench = new Bench({ random: () => 0 });
    bench.prober.setTargets([target('a')]);
    await bench.pass(2_000);
    expect(bench.startsMs).toEqual([0, 1_000, 2_000]);
  });

  test('timers that are early by a fraction start no probe twice', async () => {
    const bench = new Bench();
    const starts: number[] = [];
    const clock: Clock = {
      nowMs: () => bench.clock.nowMs(),
      setTimer: (delayMs, fire) => bench.clock.setTimer(Math.trunc(delayMs), fire),
    };
    const http = {
      run() {
        starts.push(bench.clock.nowMs());
        return Promise.resolve(passed);
      },
    };
    const kinds = { ...probeKinds, http };
    const prober = new Prober({ clock, random: () => 0.2503, kinds, onChange: () => {} });
    prober.setTargets([target('a')]);
    await bench.pass(3_000, 1);
    expect(starts).toEqual([0, 749, 1_749, 2_749]);
    await prober.stop();
  });

  test('second probes are spread', async () => {
    let drawn = 0;
    const bench = new Bench({ random: () => drawn++ / 8 });
    bench.prober.setTargets(targets(8));
    await bench.pass(1_000);
    expect(bench.startsMs.slice(8)).toEqual([125, 250, 375, 500, 625, 750, 875, 1_000]);
  });

  test('a slow probe does not shift the beat, nor overlap the next', async () => {
    const bench = new Bench();
    bench.answer = () => undefined;
    bench.prober.setTargets([target('a', config({ timeout: '1s' }))]);
    await bench.pass(3_010);
    expect(bench.startsMs).toEqual([0, 1_000, 2_000, 3_000]);
    expect(bench.outMax).toBe(1);
  });

  test('no more are out at once than allowed, and all have their turn', async () => {
    const bench = new Bench({ concurrencyMax: 3 });
    bench.answer = () => undefined;
    bench.prober.setTargets(targets(9, config({ interval: '10s' })));
    await bench.pass(1_500);
    expect(bench.outMax).toBe(3);
    expect(bench.startsMs).toEqual([0, 0, 0, 400, 400, 400, 800, 800, 800]);
  });

  test('after a long stall each target is probed once, not once for every beat that was missed', async () => {
    const bench = new Bench();
    bench.prober.setTargets(targets(5));
    await bench.pass(500);
    bench.startsMs.length = 0;
    bench.clock.stall(60_200);
    await settled();
    expect(bench.startsMs).toEqual(Array(5).fill(60_700));
    await bench.pass(1_000);
    expect(bench.startsMs.slice(5)).toEqual(Array(5).fill(61_000));
  });
});

describe('verdicts', () => {
  test('change by the thresholds, told as they change', async () => {
    const bench = new Bench();
    bench.prober.setTargets([target('a', config({ fall: 2, rise: 3 }))]);
    expect(bench.prober.verdict('a')).toBe('unknown');
    await bench.pass(500);
    bench.answer = () => refused;
    await bench.pass(2_000);
    expect(bench.prober.status('a')).toEqual({
      verdict: 'down',
      successesInRow: 0,
      failures: 2,
      flap: NO_FLAPS,
      sinceMs: 2_000,
      lastResult: { ...refused, durationMs: 0 },
    });
    bench.answer = () => passed;
    await bench.pass(3_000);
    expect(bench.story()).toEqual([
      '0 a unknown up: passed',
      '2000 a up down: connection refused',
      '5000 a down up: passed',
    ]);
    expect(bench.prober.verdict('nobody')).toBe('unknown');
  });

  test('an endpoint that goes silent is down within fall intervals and a time-out', async () => {
    const bench = new Bench({ random: () => 0.5 });
    bench.prober.setTargets([target('a')]);
    await bench.pass(510); // It dies right after a good answer: the worst moment.
    bench.answer = () => undefined;
    await bench.pass(2 * 1_000 + 400);
    expect(bench.story().at(-1)).toBe('2900 a up down: timed out after 400 ms');
  });

  test('what is our own fault counts for nothing and waits for its next turn', async () => {
    const bench = new Bench();
    bench.answer = () => ({ ok: false, reason: 'too many open files here', fault: 'observer' });
    bench.prober.setTargets([target('a', config({ fall: 1 }))]);
    await bench.pass(2_000);
    expect(bench.startsMs).toEqual([0, 1_000, 2_000]);
    expect(bench.results).toHaveLength(3);
    expect(bench.prober.verdict('a')).toBe('unknown');
  });

  test('first verdicts are awaited: of those listed later too, and not of those gone', async () => {
    const bench = new Bench();
    bench.answer = (port) => (port === 1_000 ? passed : undefined);
    const [a, b, c] = targets(3) as [ProbeTarget, ProbeTarget, ProbeTarget];
    let done = false;
    await bench.prober.firstVerdicts();
    bench.prober.setTargets([a, b]);
    const all = bench.prober.firstVerdicts().then(() => {
      done = true;
    });
    await bench.pass(300);
    bench.prober.setTargets([a, b, c]);
    await bench.pass(390);
    expect([done, bench.prober.verdict('t1')]).toEqual([false, 'down']);
    bench.prober.setTargets([a, b]);
    await all;
  });
});

describe('a stalled thread', () => {
  test.each([
    ['over the end of the time-out', 100, 800],
    ['for most of the time-out, but not its end', 100, 250],
  ])('%s voids the failure, and asks again at once', async (_name, beforeMs, stallMs) => {
    const bench = new Bench();
    bench.answer = () => undefined;
    bench.prober.setTargets([target('a', config({ fall: 1 }))]);
    await bench.pass(beforeMs);
    bench.clock.stall(stallMs);
    bench.answer = () => passed;
    await bench.pass(Math.max(0, 400 - beforeMs - stallMs));
    await bench.pass(10);
    expect(bench.results).toEqual([
      expect.objectContaining({ ok: false, fault: 'stall' }),
      expect.objectContaining({ ok: true }),
    ]);
    expect(bench.changes.map((change) => change.to)).toEqual(['up']);
    expect(bench.startsMs).toEqual([0, Math.max(400, beforeMs + stallMs)]);
  });

  test('or a machine that slept voids what comes of connections from before', async () => {
    let sleptMs = 0;
    const bench = new Bench({ suspendedMs: () => sleptMs });
    bench.answer = () => undefined;
    bench.prober.setTargets([target('a', config({ fall: 1 }))]);
    await bench.pass(100);
    sleptMs = 3_600_000;
    bench.answer = () => passed;
    await bench.pass(310);
    expect(bench.results.map((result) => (result.ok ? 'passed' : result.fault))).toEqual(['stall', 'passed']);
    expect(bench.changes.map((change) => change.to)).toEqual(['up']);
  });

  test('that never ends takes no more than five failures back: a dead endpoint is found all the same', async () => {
    const bench = new Bench();
    bench.prober.setTargets([target('a', config({ fall: 1 }))]);
    await bench.pass(600);
    bench.answer = () => undefined;
    await bench.pass(500);
    for (let time = 0; time < 6; time++) {
      expect(bench.prober.verdict('a')).toBe('up');
      bench.clock.stall(500);
      await settled();
    }
    expect(bench.prober.verdict('a')).toBe('down');
  });

  test('that is short takes nothing back', async () => {
    const bench = new Bench();
    bench.answer = () => undefined;
    bench.prober.setTargets([target('a')]);
    await bench.pass(100);
    bench.clock.stall(60);
    await bench.pass(400);
    expect(bench.prober.verdict('a')).toBe('down');
  });

  test('keeps the beat after the repeated probe', async () => {
    const bench = new Bench();
    bench.answer = () => undefined;
    bench.prober.setTargets([target('a')]);
    bench.clock.stall(700);
    bench.answer = () => passed;
    await bench.pass(1_500);
    expect(bench.startsMs).toEqual([0, 700, 1_000, 2_000]);
  });

  test('does not bring a live endpoint down: real server, real sockets', async () => {
    const server = await startServerThread(20);
    const events = new EventEmitter();
    const results: ProbeResult[] = [];
    const http: ProbeKinds['http'] = {
      run(config, address, signal) {
        const outcome = probeKinds.http.run(config, address, signal);
        // Longer than the time-out, so that its timer is the first thing to run when this thread goes on.
        if (results.length === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_200);
        return outcome;
      },
    };
    const changes: string[] = [];
    const prober = new Prober({
      clock: systemClock,
      random: () => 0.9,
      onChange: (change) => changes.push(change.to),
      onResult: (_target, result) => {
        results.push(result);
        if (results.some(isStall) && result.ok) events.emit('answered after the stall');
      },
      kinds: { ...probeKinds, http },
    });
    onTestFinished(async () => {
      await prober.stop();
      await server.close();
    });
    const probe = probeSchema.parse({ http: {}, interval: '1s', timeout: '1s', fall: 1 });
    prober.setTargets([{ key: 'a', address: '127.0.0.1', port: server.port, probe }]);
    await once(events, 'answered after the stall');
    expect(changes).toEqual(['up']);
  });
});

function isStall(result: ProbeResult): boolean {
  return !result.ok && result.fault === 'stall';
}

describe('a new list of targets', () => {
  test('leaves the same target its verdict and its schedule, and takes what else hangs on it', async () => {
    const bench = new Bench();
    bench.prober.setTargets([target('a')]);
    await bench.pass(500);
    const renewed = { ...target('a'), note: 'new' };
    bench.prober.setTargets([renewed]);
    bench.answer = () => refused;
    await bench.pass(1_500);
    expect(bench.startsMs).toEqual([0, 1_000, 2_000]);
    expect(bench.changes.at(-1)).toEqual(expect.objectContaining({ target: renewed, from: 'up', to: 'down' }));
  });

  test.each([
    ['port', 'unknown', target('a', config(), 81)],
    ['question', 'unknown', target('a', probeSchema.parse({ http: { path: '/x' }, interval: '1s', timeout: '400ms' }))],
    ['interval', 'up', target('a', config({ interval: '5s' }))],
  ])('with another %s probes at once, and until then is %s', async (_name, verdict, changed) => {
    const bench = new Bench();
    bench.prober.setTargets([target('a')]);
    await bench.pass(500);
    bench.prober.setTargets([changed]);
    expect(bench.prober.verdict('a')).toBe(verdict);
    expect(bench.startsMs).toEqual([0, 500]);
    await bench.pass(changed.probe.intervalMs);
    expect(bench.startsMs).toEqual([0, 500, 500 + changed.probe.intervalMs]);
  });

  test('ends those that are gone, out or waiting, and hears no more of them', async () => {
    const bench = new Bench({ concurrencyMax: 1 });
    bench.answer = () => undefined;
    bench.prober.setTargets([target('out'), target('waiting')]);
    await bench.pass(100);
    bench.prober.setTargets([]);
    await settled();
    expect([bench.out, bench.clock.pendingTimers]).toEqual([0, 0]);
    await bench.pass(2_000);
    expect([bench.startsMs.length, bench.results.length, bench.changes.length]).toEqual([1, 0, 0]);
  });

  test('may come from within a change', async () => {
    const bench = new Bench({ onChange: () => bench.prober.setTargets([target('b')]) });
    bench.prober.setTargets([target('a')]);
    await bench.pass(1_500);
    expect([bench.prober.verdict('a'), bench.prober.verdict('b')]).toEqual(['unknown', 'up']);
  });

  test('must not list a key twice', () => {
    expect(() => new Bench().prober.setTargets([target('a'), target('a')])).toThrow('a is listed once');
  });
});

describe('a schedule with', () => {
  test('jitter starts late by a part of the interval, on the same beat', async () => {
    const bench = new Bench({ random: () => 0.5 });
    bench.prober.setTargets([target('a', config({ jitter: '20%' }))]);
    await bench.pass(2_700);
    // The phase is 500 ms, and half of 20 % of the interval is 100 ms.
    expect(bench.startsMs).toEqual([0, 600, 1_600, 2_600]);
  });

  test('very many targets starts them one shortly after the other', async () => {
    const bench = new Bench({ concurrencyMax: 10 });
    bench.prober.setTargets(targets(4_010, config({ interval: '10s' })));
    await bench.pass(500);
    expect(bench.startsMs.length).toBeGreaterThan(800);
    expect(bench.startsMs.length).toBeLessThan(900);
    await bench.pass(2_000);
    expect(bench.startsMs.length).toBe(4_010);
  });
});

test('a kind that throws fails its probe, and no more; what it threw is in the result', async () => {
  const throwing = {
    run() {
      throw new Error('a slip');
    },
  };
  const bench = new Bench({ kinds: { ...probeKinds, http: throwing } });
  bench.prober.setTargets([target('a')]);
  await bench.pass(100);
  expect(bench.story()).toEqual(['0 a unknown down: probe failed: a slip']);
  expect(bench.results[0]).toMatchObject({ fault: 'endpoint', thrown: new Error('a slip') });
});

test('a kind with a bound of its own keeps others from waiting', async () => {
  const out = { tcp: 0, tcpMax: 0 };
  const tcp: ProbeKinds['tcp'] = {
    atOnceMax: 2,
    async run(_config, _target, signal) {
      out.tcpMax = Math.max(out.tcpMax, ++out.tcp);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      out.tcp--;
      return passed;
    },
  };
  const bench = new Bench();
  const kinds = { ...probeKinds, tcp, http: { run: async () => passed } };
  const prober = new Prober({ clock: bench.clock, random: () => 0, kinds, onChange: () => {} });
  const slow = probeSchema.parse({ tcp: { port: 1 }, interval: '1s', timeout: '400ms' });
  prober.setTargets([...targets(10, slow), target('fast')]);
  await bench.pass(100);
  expect([prober.verdict('fast'), prober.verdict('t0'), out.tcpMax]).toEqual(['up', 'unknown', 2]);
  await prober.stop();
});

test('what a kind is told counts at once, and does not shift the beat', async () => {
  let tell = () => {};
  let ended = 0;
  const bench = new Bench();
  const starts: number[] = [];
  let outcome: ProbeOutcome = passed;
  const push: ProbeKinds['push'] = {
    run() {
      starts.push(bench.clock.nowMs());
      return Promise.resolve(outcome);
    },
    watch(_config, _target, onNews) {
      tell = onNews;
      return () => ended++;
    },
  };
  const changes: string[] = [];
  const onChange = ({ to, atMs }: VerdictChange) => changes.push(`${atMs} ${to}`);
  const prober = new Prober({ clock: bench.clock, random: () => 0, kinds: { ...probeKinds, push }, onChange });
  const probe = probeSchema.parse({ push: { token: 'a-secret-of-16-or-more' }, interval: '1s' });
  prober.setTargets([target('a', probe)]);
  await bench.pass(300);
  outcome = refused;
  tell();
  tell();
  await bench.pass(1_000);
  expect([starts, changes]).toEqual([
    [0, 300, 300, 1_000],
    ['0 up', '300 down'],
  ]);
  await prober.stop();
  expect([ended, bench.clock.pendingTimers]).toEqual([1, 0]);
});

test('stop leaves nothing running and lets nobody wait', async () => {
  const bench = new Bench();
  bench.answer = (port) => (port === 1_000 ? passed : undefined);
  bench.prober.setTargets(targets(3));
  const first = bench.prober.firstVerdicts();
  await bench.pass(100);
  await bench.prober.stop();
  await first;
  expect([bench.out, bench.clock.pendingTimers]).toEqual([0, 0]);
  await bench.prober.stop();
  expect(() => bench.prober.setTargets(targets(1))).toThrow('takes no targets');
});

test('a server that dies and comes back is seen to', async () => {
  const port = await closedPort();
  const events = new EventEmitter();
  const prober = new Prober({
    clock: systemClock,
    random: Math.random,
    kinds: probeKinds,
    onChange: ({ from, to, reason }) => events.emit('change', `${from} ${to}: ${reason}`),
  });
  onTestFinished(() => prober.stop());
  const changes = on(events, 'change');
  const nextChange = async () => (await changes.next()).value?.[0];

  const probe = probeSchema.parse({ http: {}, interval: '200ms', timeout: '200ms', fall: 2, rise: 2 });
  prober.setTargets([{ key: 'a', address: '127.0.0.1', port, probe }]);
  expect(await nextChange()).toBe('unknown down: connection refused');

  const server = await startServer(withStatus(200), port);
  expect(await nextChange()).toBe('down up: passed');
  await server.close();
  expect(await nextChange()).toBe('up down: connection refused');
  const again = await startServer(withStatus(200), port);
  onTestFinished(() => again.close());
  expect(await nextChange()).toBe('down up: passed');
});

test('what a callback throws is told, and costs no probe', async () => {
  const errors: unknown[] = [];
  const onChange = (): void => {
    throw new Error('ours');
  };
  const bench = new Bench({ onChange, onError: (error) => errors.push(error) });
  bench.prober.setTargets([target('t')]);
  await bench.pass(3_500);
  expect([errors.map(String), bench.prober.verdict('t'), bench.startsMs.length]).toEqual([['Error: ours'], 'up', 4]);
});
