import { expect, test } from 'vitest';
import {
  type Breach,
  findingBreaches,
  type SafetyPlace,
  type SafetyRules,
  worsenedBy,
} from '../../../src/health/safety.ts';
import { atOnce } from '../../../src/util/slices.ts';

/** `web/eu+ web/us-`: endpoints by service and region, available or not. */
function places(text: string): SafetyPlace[] {
  return text.split(' ').map((word) => {
    const [, service = '', region = '', sign] = /^(\w+)\/(\w+)([+-])$/.exec(word) ?? [];
    return { service, region, isAvailable: sign === '+' };
  });
}

const breachesOf = (rule: SafetyRules, all: readonly SafetyPlace[]): readonly Breach[] =>
  atOnce(findingBreaches(rule, Map.groupBy(all, ({ service }) => service).values()));

const rules = (atLeast: number, ...neverTogether: string[][]) => ({ atLeastUp: () => atLeast, neverTogether });

test.each([
  ['all is up', rules(1), 'web/eu+ web/us+', []],
  ['as many as are wanted', rules(1), 'web/eu+ web/us-', []],
  ['too few', rules(2), 'web/eu+ web/us- web/as-', ['atLeastUp web']],
  ['a service that has fewer', rules(2), 'web/eu+', []],
  ['each service for itself', rules(1), 'web/eu+ api/eu-', ['atLeastUp api']],
  ['one region out', rules(0, ['eu', 'us']), 'web/eu- web/us+', []],
  ['a region with an endpoint left', rules(0, ['eu', 'us']), 'web/eu- web/eu+ web/us-', []],
  ['both out', rules(0, ['eu', 'us']), 'web/eu- web/us-', ['neverTogether eu us ', 'neverTogether eu us web']],
  ['both out of one service', rules(0, ['eu', 'us']), 'web/eu- web/us- api/eu+ api/us+', ['neverTogether eu us web']],
  ['both out, no service in both', rules(0, ['eu', 'us']), 'web/eu- api/us-', ['neverTogether eu us ']],
  ['others out', rules(0, ['eu', 'us']), 'web/as- web/us-', []],
])('%s', (_, rule, text, keys) => {
  expect(breachesOf(rule, places(text)).map(({ key }) => key)).toEqual(keys);
});

test('an act answers for what it broke or made worse, not for what was broken', () => {
  const at = (text: string) => breachesOf(rules(2), places(text));
  expect(worsenedBy(at('web/eu+ web/us- web/as-'), at('web/eu+ web/us- web/as-'))).toEqual([]);
  expect(worsenedBy(at('web/eu+ web/us- web/as-'), at('web/eu- web/us- web/as-'))).toHaveLength(1);
  expect(worsenedBy(at('web/eu+ web/us+ web/as-'), at('web/eu+ web/us- web/as-'))[0]?.what).toBe(
    'web has 1 of 3 endpoints available, and needs 2 (atLeastUp)',
  );
});
