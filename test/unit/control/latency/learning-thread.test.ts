import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { keptEstimatesFile } from '../../../../src/control/latency/kept-estimates.ts';
import type { LearnerReplies } from '../../../../src/control/latency/messages.ts';
import type { Turns } from '../../../../src/util/slices.ts';
import { begun, learnerSettings, recompiled, reports } from './learned.ts';

async function learnedIn(by: ReturnType<typeof learnerSettings>) {
  const { thread } = await begun(by);
  await thread.answer({ kind: 'restore' });
  await thread.answer({ kind: 'reports', reports: reports(180, 20) });
  const { block } = await recompiled(thread);
  await thread.answer({ kind: 'save' });
  return block;
}

test('a start goes on by the estimates before, and learns what was learned', async () => {
  const by = learnerSettings();
  const before = await learnedIn(by);
  const { thread, begin } = await begun(by);
  expect(begin.kept?.block).toEqual(before);
  expect(begin.kept?.networks.names).toEqual(before.networks);
  expect(await thread.answer({ kind: 'restore' })).toEqual({ fault: undefined });
  // They are held, too: what was learned says the same.
  expect((await recompiled(thread)).block.ms).toEqual(before.ms);
});

test('nothing is saved before what there is was taken in', async () => {
  const by = learnerSettings();
  await learnedIn(by);
  const [learned, kept] = [readFileSync(by.file), readFileSync(keptEstimatesFile(by.file))];
  const { thread } = await begun(by);
  await thread.answer({ kind: 'save' });
  expect(readFileSync(by.file)).toEqual(learned);
  expect(readFileSync(keptEstimatesFile(by.file))).toEqual(kept);
});

test('estimates that can not be kept are handed over all the same, and whoever saves is told until they can', async () => {
  const by = learnerSettings();
  const { thread } = await begun(by);
  await thread.answer({ kind: 'restore' });
  await thread.answer({ kind: 'reports', reports: reports(180, 20) });
  const inTheWay = `${keptEstimatesFile(by.file)}.new`;
  mkdirSync(inTheWay);
  expect((await recompiled(thread)).block.groups.length).toBeGreaterThan(0);
  await expect(thread.answer({ kind: 'save' })).rejects.toThrow('EISDIR');
  expect(existsSync(by.file)).toBe(true);
  rmSync(inTheWay, { recursive: true });
  const { block } = await recompiled(thread);
  await thread.answer({ kind: 'save' });
  expect((await begun(by)).begin.kept?.block).toEqual(block);
});

test('without what was learned there is nothing to go on by', async () => {
  const by = learnerSettings();
  await learnedIn(by);
  rmSync(by.file);
  const { thread, begin } = await begun(by);
  expect(begin.kept).toBeUndefined();
  expect(await thread.answer({ kind: 'restore' })).toEqual({ fault: undefined });
});

test('estimates that can not be read are made again, and a file that can not be read is a fault', async () => {
  const by = learnerSettings();
  await learnedIn(by);
  writeFileSync(keptEstimatesFile(by.file), 'rubbish');
  expect((await begun(by)).begin.kept).toBeUndefined();
  writeFileSync(by.file, 'rubbish');
  const { thread } = await begun(by);
  const { fault } = (await thread.answer({ kind: 'restore' })) as LearnerReplies['restore'];
  expect(fault).toBeTypeOf('string');
});

test('other regions take over what was learned of those they have', async () => {
  const by = learnerSettings();
  const { thread } = await begun(by);
  await thread.answer({ kind: 'reports', reports: reports(180, 20) });
  const next = { ...by, regions: [by.regions[1]!, { ...by.regions[0]!, name: 'new' }] };
  await thread.answer({ kind: 'begin', settings: next });
  const { block, counts } = await recompiled(thread);
  expect([block.regions.map(({ name }) => name), counts.cells]).toEqual([['us', 'new'], 40]);
});

/** A pause after each step: how long anything takes is no matter then. */
const STEPS: Turns = { sliceMs: 0, nowMs: () => 0, pause: setImmediate };

test('saving has its turn while estimates are made, and reports as soon as what is measured need not stand still', async () => {
  const by = learnerSettings();
  const { thread } = await begun(by, STEPS);
  await thread.answer({ kind: 'restore' });
  await thread.answer({ kind: 'reports', reports: reports(180, 20) });
  const save = { kind: 'save' } as const;
  expect(thread.canAnswerNow(save)).toBe(false);
  const order: string[] = [];
  const said = (what: string) => () => void order.push(what);
  const recompiling = recompiled(thread).then(said('recompiled'));
  expect([thread.canAnswerNow(save), thread.canAnswerNow({ kind: 'restore' })]).toEqual([true, false]);
  const late = thread.answer({ kind: 'reports', reports: reports(180, 20, 41) }).then(said('reported'));
  await Promise.all([recompiling, late, thread.answer(save).then(said('saved')), thread.answer(save)]);
  expect(order).toEqual(['saved', 'reported', 'recompiled']);
  expect(thread.canAnswerNow(save)).toBe(false);
  await thread.answer(save);
  const { thread: again } = await begun(by);
  await again.answer({ kind: 'restore' });
  expect((await recompiled(again)).counts.cells).toBe(41);
});

test('a source has said what it may until the period is over, whatever is saved or told meanwhile', async () => {
  const { thread } = await begun(learnerSettings());
  await thread.answer({ kind: 'restore' });
  const repeated = async () => {
    const counts = await thread.answer({ kind: 'reports', reports: reports(180, 20, 1) });
    return (counts as LearnerReplies['reports']).repeated;
  };
  const rows = [{ place: 'DE', region: 'eu', rttMs: 20, samples: 9 }];
  expect(await repeated()).toBe(0);
  await thread.answer({ kind: 'rows', rows });
  await recompiled(thread, false);
  await thread.answer({ kind: 'save' });
  expect(await repeated()).toBe(2);
  await recompiled(thread);
  expect(await repeated()).toBe(2);
});
