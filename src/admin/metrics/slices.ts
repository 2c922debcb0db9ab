import { setImmediate } from 'node:timers/promises';

// Some milliseconds' work: probes that are due in between are no later for it than by that.
const SLICE = 500;

/** Makes something of each item, and lets everything else have its turn in between. */
export async function inSlices<In, Out>(items: readonly In[], make: (item: In) => Out): Promise<readonly Out[]> {
  const made: Out[] = [];
  for (let first = 0; first < items.length; first += SLICE) {
    if (first > 0) await setImmediate();
    for (const item of items.slice(first, first + SLICE)) made.push(make(item));
  }
  return made;
}
