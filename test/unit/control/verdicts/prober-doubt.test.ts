import { describe, expect, test } from 'vitest';
import type { ProbeTarget } from '../../../../src/control/probes/entry.ts';
import type { ProberOptions } from '../../../../src/control/verdicts/prober.ts';
import { Bench, config, passed, refused, targets } from '../../../support/prober-bench.ts';

describe('when most endpoints fail at once', () => {
  const settings = { share: 0.5, failuresMin: 3, holdMs: 30_000 };

  /** Ten endpoints of ten addresses, all up. */
  async function start(options: Partial<ProberOptions<ProbeTarget>> = {}) {
    const doubts: object[] = [];
    let drawn = 0;
    const bench = new Bench({
      doubtBy: { settings },
      onDoubt: (change) => doubts.push(change),
      random: () => (drawn++ % 10) / 10,
      ...options,
    });
    const ten = targets(10, config({ fall: 2 })).map((each, index) => ({ ...each, address: `192.0.2.${index}` }));
    bench.prober.setTargets(ten);
    await bench.pass(1_500);
    bench.changes.length = 0;
    return { bench, doubts, ten };
  }

  const began = { isSuspect: true, failing: 6, of: 10, holdMs: 30_000 };
  const ended = (why: string) => ({ isSuspect: false, why });

  test('the last good verdicts are held for a set time, and then the failures are believed', async () => {
    const { bench, doubts } = await start();
    bench.answer = () => refused;
    await bench.pass(29_000, 100);
    expect([doubts, bench.changes]).toEqual([[began], []]);
    await bench.pass(3_000, 100);
    expect(doubts).toEqual([began, ended('time is up')]);
    expect(bench.changes.map(({ to }) => to)).toEqual(Array(10).fill('down'));
  });

  test('and come back, nothing has happened', async () => {
    const { bench, doubts } = await start();
    bench.answer = () => refused;
    await bench.pass(10_000, 100);
    bench.answer = () => passed;
    await bench.pass(30_000, 100);
    expect([doubts, bench.changes.length]).toEqual([[began, ended('most endpoints came back')], 0]);
    expect(bench.prober.verdict('t0')).toBe('up');
  });

  test('a reference that answers ends the doubt', async () => {
    let answers = false;
    const { bench, doubts } = await start({ doubtBy: { settings, checkReferences: () => Promise.resolve(answers) } });
    bench.answer = () => refused;
    await bench.pass(4_000, 100);
    expect([doubts, bench.changes]).toEqual([[began], []]);
    answers = true;
    await bench.pass(6_000, 100);
    expect(doubts).toEqual([began, ended('references answer')]);
    expect(bench.changes.map(({ to }) => to)).toEqual(Array(10).fill('down'));
  });

  test('what had gone down just before is up again', async () => {
    const { bench, ten } = await start();
    bench.prober.setTargets(ten.map((each) => ({ ...each, probe: config({ fall: 1 }) })));
    await bench.pass(1_500);
    bench.answer = () => refused;
    await bench.pass(2_000);
    const story = bench.changes.map(({ target, to, reason }) => `${target.key} ${to}: ${reason}`);
    const downs = story.filter((line) => line.endsWith('down: connection refused')).length;
    expect(downs).toBe(5);
    expect(story.slice(downs)).toEqual(
      expect.arrayContaining(
        story.slice(0, downs).map((line) => line.replace(/ .*/, ' up: held: the prober is suspect')),
      ),
    );
    expect(ten.map(({ key }) => bench.prober.verdict(key))).toEqual(Array(10).fill('up'));
  });

  test('fewer are believed at once', async () => {
    const { bench, doubts } = await start();
    bench.answer = (port) => (port < 1_005 ? refused : passed);
    await bench.pass(3_000);
    expect([doubts, bench.changes.length]).toEqual([[], 5]);
  });

  test('another probe of the same addresses that fails all the time makes no difference', async () => {
    const { bench, doubts, ten } = await start();
    const others = ten.map((each) => ({ ...each, key: `${each.key} too`, port: 9 }));
    bench.answer = (port) => (port === 9 ? refused : passed);
    bench.prober.setTargets([...ten, ...others]);
    await bench.pass(5_000, 100);
    expect(doubts).toEqual([]);
    bench.changes.length = 0;
    bench.answer = () => refused;
    await bench.pass(5_000, 100);
    expect([doubts, bench.changes]).toEqual([[began], []]);
  });

  test('stop leaves no timer', async () => {
    const { bench } = await start();
    bench.answer = () => refused;
    await bench.pass(2_000);
    await bench.prober.stop();
    expect(bench.clock.pendingTimers).toBe(0);
  });
});
