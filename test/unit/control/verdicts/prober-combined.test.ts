import { describe, expect, test } from 'vitest';
import type { ProbeTarget } from '../../../../src/control/probes/entry.ts';
import { type ProbeConfig, probeSchema } from '../../../../src/health/schema.ts';
import { Bench, config, passed, refused, target, targets } from '../../../support/prober-bench.ts';

describe('combined targets', () => {
  const both = probeSchema.parse({ all: ['x', 'y'] });
  const either = probeSchema.parse({ any: ['x', 'y'] });
  const combined = (key: string, probe: ProbeConfig, ...parts: string[][]): ProbeTarget => ({
    ...target(key, probe),
    parts,
  });

  test('follow their parts at once', async () => {
    const bench = new Bench();
    const down = new Set<number>();
    bench.answer = (port) => (down.has(port) ? refused : passed);
    const [a, b] = targets(2, config({ fall: 1, rise: 1 })) as [ProbeTarget, ProbeTarget];
    const whole = combined('whole', both, ['both'], []);
    bench.prober.setTargets([
      whole,
      combined('both', both, ['t0'], ['t1']),
      combined('any', either, ['t0', 't1']),
      a,
      b,
    ]);
    const verdicts = () => ['both', 'any', 'whole'].map((key) => bench.prober.verdict(key));
    expect(verdicts()).toEqual(['unknown', 'unknown', 'unknown']);
    await bench.pass(10);
    expect(verdicts()).toEqual(['up', 'up', 'up']);
    down.add(1_000);
    await bench.pass(1_000);
    expect(verdicts()).toEqual(['down', 'up', 'down']);
    down.add(1_001);
    await bench.pass(1_000);
    expect(verdicts()).toEqual(['down', 'down', 'down']);
    down.clear();
    await bench.pass(1_000);
    expect(verdicts()).toEqual(['up', 'up', 'up']);
    expect(bench.story().filter((line) => line.includes(' both '))).toEqual([
      '0 both unknown up: passed',
      '1000 both up down: connection refused',
      '3000 both down up: passed',
    ]);
  });

  test('of parts that are gone are unknown', async () => {
    const bench = new Bench();
    bench.prober.setTargets([target('t0'), combined('both', both, ['t0'], [])]);
    await bench.pass(10);
    expect(bench.prober.verdict('both')).toBe('up');
    bench.prober.setTargets([combined('both', both, ['t0'], [])]);
    expect(bench.prober.verdict('both')).toBe('unknown');
  });
});
