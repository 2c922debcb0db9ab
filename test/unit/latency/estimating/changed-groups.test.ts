import { expect, test } from 'vitest';
import { ChangedGroups } from '../../../../src/latency/estimating/changed-groups.ts';
import { groupNumber } from '../../../../src/latency/estimating/grouping.ts';

/** As many as a block can name. */
const REGIONS = 255;

test('a group has changed to the regions it was said of, and no other group or region', () => {
  const [one, other, last] = [groupNumber(1, 0), groupNumber(676, 0xffff_ffff), groupNumber(676, 1)];
  const changed = new ChangedGroups(3, REGIONS);
  const said = new Set([0, 31, 32, 63, 64, 254]);
  for (const region of said) changed.add(one, region);
  changed.add(other, 1);
  changed.add(other, 1);
  changed.add(last, 254);
  for (let region = 0; region < REGIONS; region++) {
    expect(changed.has(one, region)).toBe(said.has(region));
    expect(changed.has(other, region)).toBe(region === 1);
    expect(changed.has(last, region)).toBe(region === 254);
    expect(changed.has(groupNumber(1, 7), region)).toBe(false);
  }
});
