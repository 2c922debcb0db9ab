import type { Situation } from '../compile/part.ts';
import type { AnswerTest } from '../config/schema/tests-schema.ts';
import type { ClientAnswers } from './client-answers.ts';
import type { Distribution } from './shares.ts';
import { isMeant, isNamed, leafText } from './targets.ts';

/** What is found in place of what a test expects. */
export interface Failure {
  readonly found: string;
  readonly expected: string;
}

/** What is answered in place of what a row expects; undefined where it is as expected. */
export function shortfallOf(
  { expect, tolerance }: Pick<AnswerTest, 'expect' | 'tolerance'>,
  { ofAll, ofClient }: ClientAnswers,
  situation: Situation,
): string | undefined {
  const { leaves } = situation.plan;
  if (expect.kind === 'nothing') {
    const isOnly = ofClient.first.size === 0 && [...ofClient.nothing.keys()].every((kind) => kind === expect.what);
    return isOnly ? undefined : distributionText(ofClient, situation);
  }
  if (expect.kind === 'endpoints') {
    const isOnly = [...ofClient.named].every((leaf) => isMeant(expect.meant, leaves[leaf]));
    return isOnly && ofClient.nothing.size === 0 ? undefined : distributionText(ofClient, situation);
  }
  const isWithin = Object.entries(expect.percents).every(
    ([name, percent]) => Math.abs(shareOf(name, ofAll, situation) * 100 - percent) <= tolerance + 1e-9,
  );
  return isWithin ? undefined : distributionText(ofAll, situation);
}

/** What a row expects, in words. */
export function expectationText({ expect, down, tolerance }: AnswerTest): string {
  const worldText = down.length === 0 ? '' : ` while ${down.join(', ')} is down`;
  if (expect.kind === 'nothing') return expect.what + worldText;
  if (expect.kind === 'endpoints') return meantText(expect.meant) + worldText;
  const shares = Object.entries(expect.percents).map(([name, percent]) => `${name} ${percent} %`);
  return `${shares.join(', ')} (each within ${tolerance})${worldText}`;
}

/** `web/us-east 95 %, web/canary 5 %` */
function distributionText({ first, named, nothing }: Distribution, { plan }: Situation): string {
  const drawn = [...first].map(([leaf, share]) => `${leafText(plan.leaves[leaf])} ${percentText(share)}`);
  const others = [...named].filter((leaf) => !first.has(leaf)).map((leaf) => `also ${leafText(plan.leaves[leaf])}`);
  const none = [...nothing].map(([kind, share]) => `${kind} ${percentText(share)}`);
  return [...drawn, ...others, ...none].join(', ');
}

export function percentText(share: number): string {
  return `${Math.round(share * 10_000) / 100} %`;
}

function shareOf(name: string, { first, nothing }: Distribution, { plan }: Situation): number {
  const ofLeaves = [...first].flatMap(([leaf, share]) => (isNamed(name, plan.leaves[leaf]) ? [share] : []));
  const ofNothing = [...nothing].flatMap(([kind, share]) => (kind === name ? [share] : []));
  return [...ofLeaves, ...ofNothing].reduce((sum, share) => sum + share, 0);
}

export function meantText(meant: unknown): string {
  if (typeof meant === 'string') return meant;
  return Array.isArray(meant) ? meant.map(meantText).join(' or ') : JSON.stringify(meant);
}
