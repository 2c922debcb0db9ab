import type { Config } from '../config/config.ts';
import { percentText } from '../inspect/expectations.ts';
import { movementsBetween } from '../inspect/movement.ts';
import { failuresIn } from '../inspect/run-tests.ts';
import type { Subject } from '../inspect/subject.ts';
import type { Problem } from '../util/problem.ts';

/** A compiled configuration, with what it says of its own tests and reloads. */
export interface Inspected extends Subject {
  readonly config: Subject['config'] & Pick<Config, 'file' | 'tests' | 'reload'>;
}

/** The tests of a configuration that fail. */
export function failedTests(inspected: Inspected, nowMs: number): readonly Problem[] {
  return failuresIn(inspected, inspected.config.tests, nowMs);
}

/**
 * Why a configuration must not replace the one that is served: its tests fail, or it moves more clients than it allows.
 */
export function problemsOfNext(before: Inspected | undefined, next: Inspected, nowMs: number): readonly Problem[] {
  const moved = before === undefined ? [] : tooManyMoved(before, next, nowMs);
  return [...failedTests(next, nowMs), ...moved];
}

function tooManyMoved(before: Inspected, { config, ...next }: Inspected, nowMs: number): readonly Problem[] {
  const { maxMovedPercent } = config.reload;
  if (maxMovedPercent === undefined) return [];
  return movementsBetween(before, { config, ...next }, nowMs)
    .filter(({ moved }) => moved * 100 > maxMovedPercent + 1e-9)
    .map(({ service, type, moved, flows: [largest] }) => ({
      ...{ code: 'too-many-moved', file: config.file },
      found: `${percentText(moved)} of the clients of ${service} ${type} moved, most of them from ${largest.from} to ${largest.to}`,
      expected: `${maxMovedPercent} % at most, as reload.maxMovedClients has it; aya reload --override does it all the same`,
    }));
}
