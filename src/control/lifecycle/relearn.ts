import type { Present } from '../../compile/present.ts';
import { inTurns } from '../../util/slices.ts';
import { TURNS } from '../turns.ts';
import type { Parts } from './parts.ts';

/** Compiles again by what was learned of latency, in slices between which all else has its turn, and serves that. */
export async function relearn({ log, served, latency }: Parts): Promise<void> {
  const { serving, publisher } = served;
  if (serving === undefined) return;
  const { map, knowledge } = await inTurns(latency.overlaying(serving.ground, serving.config.latency), TURNS);
  const world = knowledge && (await inTurns(serving.world.relearning(map, knowledge), TURNS));
  if (world === undefined) return;
  const changed = publisher.noteChanges();
  const present = (): Present => served.presentIn(serving.config);
  served.pool?.publish(await inTurns(world.compilingAll(present, changed), TURNS));
  served.serve({ ...serving, map, world });
  log.info({ ms: Math.round(latency.status?.lastRecompileMs ?? 0) }, 'latency: serving by new estimates');
}
