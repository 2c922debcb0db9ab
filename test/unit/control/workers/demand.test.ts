import { expect, test } from 'vitest';
import { Demand } from '../../../../src/control/workers/demand.ts';
import { DemandRow } from '../../../../src/snapshot/demand.ts';

test('what workers count by number is read by name, and kept over worlds that number otherwise', () => {
  const demand = new Demand();
  const first = demand.begin(['web', 'api'], ['eu', 'us']);
  const [one, other] = [0, 300].map((row) => new DemandRow(first, row));
  one.add(0, 1);
  other.add(0, 0);
  other.add(1, -1);
  const second = demand.begin(['api', 'new', 'web'], ['us']);
  new DemandRow(second, 0).add(2, 0);
  other.add(1, 0); // it has not seen the new world yet
  const read = () => {
    const { services, regions } = demand.counts;
    return { services: Object.fromEntries(services), regions: Object.fromEntries(regions) };
  };
  const counted = { services: { web: 3, api: 2, new: 0 }, regions: { eu: 2, us: 2 } };
  expect(read()).toEqual(counted);
  for (let time = 0; time < 3; time++) demand.begin(['api'], []);
  expect(read()).toEqual(counted);
});
