import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import { entriesIn, written } from '../reading/written.ts';

const SCHEDULE = ['interval', 'timeout', 'fall', 'rise', 'ok', 'jitter', 'flaps', 'source'];
const FOLLOWS = 'no key here: what is made of other probes follows them at once, by their schedules';
const TOLD = 'no key here: such a probe is told, and asks nobody';

/** What means nothing beside a kind, and would be passed over in silence. */
const MEANINGLESS: Readonly<Record<string, { readonly keys: readonly string[]; readonly expected: string }>> = {
  all: { keys: SCHEDULE, expected: FOLLOWS },
  any: { keys: SCHEDULE, expected: FOLLOWS },
  atLeast: { keys: SCHEDULE, expected: FOLLOWS },
  push: { keys: ['timeout', 'source'], expected: TOLD },
  file: { keys: ['timeout', 'source'], expected: TOLD },
  exec: { keys: ['source'], expected: 'no key here: the command chooses where it asks from' },
};

/** Keys of probes that have no effect on their kind: who writes `fall: 3` relies on it. */
export function checkProbeKeys(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'probes')).flatMap(([name, probe]) => {
    const [kind] = Object.keys(MEANINGLESS).filter((each) => written(probe, each) !== undefined);
    const { keys, expected } = MEANINGLESS[kind ?? ''] ?? { keys: [], expected: '' };
    return keys
      .filter((key) => written(probe, key) !== undefined)
      .map((key) => document.atKey(['probes', name, key], 'unknown-key', expected));
  });
}
