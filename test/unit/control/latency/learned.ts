import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LearningThread } from '../../../../src/control/latency/learning-thread.ts';
import type { LearnerReplies, LearnerSettings } from '../../../../src/control/latency/messages.ts';
import type { Turns } from '../../../../src/util/slices.ts';
import { COUNTRIES, REGIONS, report } from '../../latency/world.ts';

export { REGIONS };

/** What is learned by, with a file in a folder of its own. */
export function learnerSettings(): LearnerSettings {
  const folder = mkdtempSync(join(tmpdir(), 'aya-learned-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const hold = { tieMs: 5, tiePercent: 5, hysteresisMs: 4, hysteresisPercent: 2 };
  const file = join(folder, 'learned');
  return { regions: REGIONS, countries: COUNTRIES, hold, halfLifeMs: 3_600_000, sourceShareMax: 0.25, file, seed: 1 };
}

/** Times of some networks of Germany to both regions. */
export function reports(eu: number, us: number, networks = 40) {
  return Array.from({ length: networks }, (_, at) => [
    { ...report({ network: `10.0.${at}.0/24`, region: 'eu', rttMs: eu }), atMs: Date.now() },
    { ...report({ network: `10.0.${at}.0/24`, region: 'us', rttMs: us }), atMs: Date.now() },
  ]).flat();
}

/** A server's learning, begun as a start does. */
export async function begun(
  by: LearnerSettings,
  turns?: Turns,
): Promise<{ thread: LearningThread; begin: LearnerReplies['begin'] }> {
  const thread = new LearningThread(turns);
  const begin = (await thread.answer({ kind: 'begin', settings: by })) as LearnerReplies['begin'];
  return { thread, begin };
}

export async function recompiled(thread: LearningThread, isPeriodOver = true): Promise<LearnerReplies['recompile']> {
  return (await thread.answer({ kind: 'recompile', addedMs: new Map(), isPeriodOver })) as LearnerReplies['recompile'];
}

/** Estimates of what some networks measured. */
export async function handed(): Promise<LearnerReplies['recompile']> {
  const { thread } = await begun(learnerSettings());
  await thread.answer({ kind: 'reports', reports: reports(30, 110) });
  return recompiled(thread);
}
