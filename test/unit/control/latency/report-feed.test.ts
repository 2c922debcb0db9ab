import { expect, test } from 'vitest';
import type { Learner } from '../../../../src/control/latency/learner.ts';
import type { LearnerRequest } from '../../../../src/control/latency/messages.ts';
import { ReportFeed } from '../../../../src/control/latency/report-feed.ts';
import { buildGeoMap } from '../../../../src/geo/geomap.ts';
import type { LatencyCounts } from '../../../../src/latency/model.ts';
import { countries } from '../../geo/databases.ts';
import { begun, learnerSettings } from './learned.ts';

const map = buildGeoMap({ databases: [], networks: new Map(), countries: await countries() });

const measurements = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const network = `10.${at >> 8}.${at & 255}.0/24`;
    return { network, region: 'eu', rttMs: 20, source: network, isTrusted: false, atMs: Date.now() };
  });

/** The thread's work without a thread. */
async function learner() {
  const { thread } = await begun(learnerSettings());
  const asked: number[] = [];
  const ask = async (request: LearnerRequest) => {
    if (request.kind === 'reports') asked.push(request.reports.length);
    return thread.answer(request);
  };
  return { asked, ask: ask as unknown as Learner['ask'] };
}

test('what came in goes to the thread in batches, and what it has taken is told', async () => {
  const { asked, ask } = await learner();
  let counts: LatencyCounts | undefined;
  const feed = new ReportFeed(
    () => ({ ask }),
    (taken) => {
      counts = taken;
    },
  );
  feed.add(measurements(2500), map);
  await Promise.all([feed.feed(), feed.feed()]); // the second finds it under way
  expect(asked).toEqual([1000, 1000, 500]);
  expect(counts?.accepted).toBe(2500);
});

test('without a thread reports wait, up to a bound; and go on after a batch that was refused', async () => {
  const { asked, ask } = await learner();
  const dead: Learner['ask'] = () => Promise.reject(new Error('the thread has ended'));
  let now: Pick<Learner, 'ask'> | undefined;
  const feed = new ReportFeed(
    () => now,
    () => undefined,
  );
  feed.add(measurements(20_003), map);
  await feed.feed();
  expect([asked, feed.dropped]).toEqual([[], 3]);
  now = { ask: dead };
  await expect(feed.feed()).rejects.toThrow('the thread has ended');
  now = { ask };
  await feed.feed();
  expect(asked).toHaveLength(19);
});
