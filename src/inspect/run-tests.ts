import type { PlacedTest } from '../config/config.ts';
import type { AnswerTest, RoutingTest } from '../config/schema/tests-schema.ts';
import { nameFromText, ROOT } from '../dns/name.ts';
import { NamesView } from '../snapshot/names-view.ts';
import type { Problem } from '../util/problem.ts';
import { decisionAt } from './class-answers.ts';
import { answerTo } from './client-answers.ts';
import { findClient } from './clients.ts';
import { expectationText, type Failure, shortfallOf } from './expectations.ts';
import { resolveName } from './names.ts';
import { everyRegionFailures, neverFailures, singleFailureFailures } from './properties.ts';
import { formOf, type Subject, TYPE_NUMBER } from './subject.ts';

/**
 * Runs the tests of a configuration: each that fails is a problem (`test-failed`) with its place, one for each thing
 * found.
 */
export function failuresIn(subject: Subject, tests: readonly PlacedTest[], nowMs: number): readonly Problem[] {
  return tests.flatMap(({ test, place }) =>
    failuresOf(subject, test, nowMs).map((failure) => ({ code: 'test-failed', ...place, ...failure })),
  );
}

/** What fails of one test. */
export function failuresOf(subject: Subject, test: RoutingTest, nowMs: number): readonly Failure[] {
  switch (test.kind) {
    case 'answer':
      return test.from.flatMap((from) => answerFailure(subject, test, from, nowMs) ?? []);
    case 'never':
      return neverFailures(subject, test, nowMs);
    case 'everyRegionServes':
      return everyRegionFailures(subject, test, nowMs);
    case 'noSingleFailureExceeds':
      return singleFailureFailures(subject, test, nowMs);
  }
}

function answerFailure(subject: Subject, test: AnswerTest, from: string, nowMs: number): Failure | undefined {
  const expected = expectationText(test);
  const name = nameFromText(test.name, ROOT);
  if (!name.ok) return { found: `${test.name}, which is no name: ${name.reason}`, expected };
  const found = findClient(subject, from);
  if (!found.ok) return { found: `from ${from}`, expected: found.expected };
  const { client } = found;
  const { kind, service } = resolveName(new NamesView(subject.world.names), name.name, TYPE_NUMBER[test.type]);
  if (service === undefined)
    return { found: `${kind} for ${test.name} ${test.type}`, expected: `${expected}, of a service` };
  const serviceName = subject.world.serviceNames[service.slot];
  const world = { nowMs: test.at ?? nowMs, down: test.down };
  const form = formOf(test.type, service.isAlone);
  const { situation, decision } = decisionAt(subject, serviceName, form, world, client.location);
  const shortfall = shortfallOf(test, answerTo(client, decision, situation), situation);
  return shortfall === undefined ? undefined : { found: `${shortfall} for ${from}`, expected };
}
