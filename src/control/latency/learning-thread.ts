import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { markNetworks } from '../../geo/measured-networks.ts';
import { decodeStateParts, encodingState } from '../../latency/learned/state.ts';
import { LatencyModel } from '../../latency/model.ts';
import { Serving } from '../../latency/serving/serve.ts';
import type { ServedBlock } from '../../latency/serving/served-block.ts';
import { type Prefix, parsePrefix } from '../../net/prefix.ts';
import { assert } from '../../util/assert.ts';
import { inTurns, type Turns } from '../../util/slices.ts';
import { writeDurably } from '../overrides/durable-file.ts';
import { octetsOf } from './file-octets.ts';
import { encodingEstimates, keptEstimatesFile, readEstimates } from './kept-estimates.ts';
import type { HandedEstimates, LearnerReplies, LearnerRequest, LearnerSettings } from './messages.ts';

/** What else is asked waits for so long while estimates are made, which takes half a minute with a million networks. */
const TURNS: Turns = { sliceMs: 20, nowMs: () => performance.now(), pause: setImmediate };

interface Learning {
  readonly settings: LearnerSettings;
  readonly model: LatencyModel;
  readonly serving: Serving;
}

/** What the thread that learns does. The caller asks one thing after the other, but for {@link canAnswerNow}. */
export class LearningThread {
  #learning: Learning | undefined;
  /** Whether the model has what the file has: before that it must not be put in its place. */
  #isRestored = false;
  readonly #turns: Turns;
  /** While estimates are made: resolves when reports may come in between. */
  #compiled: Promise<void> | undefined;
  /** Why the estimates made last could not be kept, for whoever saves next. */
  #unkept: Error | undefined;
  #saved: Promise<void> = Promise.resolve();

  /** @param turns by which estimates are made in slices. */
  constructor(turns: Turns = TURNS) {
    // A save that has begun is done first: in turns with slices a large one would take longer than who ends the server
    // waits.
    const pause = async (): Promise<void> => {
      await turns.pause();
      await this.#saved;
    };
    this.#turns = { sliceMs: turns.sliceMs, nowMs: turns.nowMs, pause };
  }

  /** Whether a request need not wait for the one before: reports and saving, while estimates are made in slices. */
  canAnswerNow({ kind }: LearnerRequest): boolean {
    return this.#compiled !== undefined && (kind === 'reports' || kind === 'save');
  }

  async answer(request: LearnerRequest): Promise<LearnerReplies[LearnerRequest['kind']]> {
    if (request.kind === 'begin') return this.#begin(request.settings);
    assert(this.#learning !== undefined, 'it begins before it is asked');
    const { model } = this.#learning;
    switch (request.kind) {
      case 'restore':
        return this.#restore(this.#learning);
      case 'reports':
        await this.#compiled; // what is measured stands still for so long
        for (const report of request.reports) model.report(report, Date.now());
        return model.counts;
      case 'rows': {
        const refused = request.rows.filter((row) => model.importRow(row, Date.now()) !== undefined).length;
        return { taken: request.rows.length - refused, refused };
      }
      case 'recompile':
        return this.#recompile(this.#learning, request);
      case 'save': {
        const saved = this.#saved.then(() => this.#save());
        this.#saved = saved.catch(() => undefined); // whoever asked is told
        await saved;
        return {};
      }
    }
  }

  async #begin(settings: LearnerSettings): Promise<LearnerReplies['begin']> {
    const { regions, countries, hold, file } = settings;
    const before = this.#learning;
    // Made anew it takes as much memory again, for a while.
    const isAlike = before !== undefined && isDeepStrictEqual(worldOf(before.settings), worldOf(settings));
    const { halfLifeMs, sourceShareMax, seed } = settings;
    const options = { halfLifeMs, sourceShareMax, seed };
    const model = isAlike ? before.model : new LatencyModel({ regions, countries, options });
    const serving = new Serving(regions, hold, before?.serving);
    this.#learning = { settings, model, serving };
    if (isAlike) return { kept: undefined };
    if (before !== undefined) {
      const fault = decodeStateParts(() => encodingState(before.model.measured), model.measured);
      assert(fault === undefined, 'what it wrote itself can be read');
      return { kept: undefined };
    }
    // Without what was learned there is nothing to go on with: somebody wants it to begin anew.
    const block = existsSync(file) ? await readEstimates(file, regions) : undefined;
    if (block === undefined) return { kept: undefined };
    serving.remember(block);
    return { kept: handed(block) };
  }

  #restore({ settings, model }: Learning): LearnerReplies['restore'] {
    this.#isRestored = true;
    const fault = restored(settings.file, model);
    // Learning begins anew, and nothing that was served before is held.
    if (fault !== undefined) {
      this.#learning = { settings, model, serving: new Serving(settings.regions, settings.hold) };
    }
    return { fault };
  }

  async #recompile(
    learning: Learning,
    request: Extract<LearnerRequest, { readonly kind: 'recompile' }>,
  ): Promise<LearnerReplies['recompile']> {
    const startMs = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#compiled = promise;
    try {
      const block = await this.#estimated(learning, request, resolve);
      await this.#keep(block);
      return { ...handed(block), counts: learning.model.counts, durationMs: performance.now() - startMs };
    } finally {
      resolve(); // where it failed, too
      this.#compiled = undefined;
    }
  }

  /** What clients are to be sent by; apart, so that what it is made of is gone before it is kept and handed over. */
  async #estimated(
    { model, serving }: Learning,
    { addedMs, isPeriodOver }: Extract<LearnerRequest, { readonly kind: 'recompile' }>,
    onCompiled: () => void,
  ): Promise<ServedBlock> {
    const estimates = await inTurns(model.recompiling(Date.now(), isPeriodOver), this.#turns);
    onCompiled();
    return inTurns(serving.serving(estimates, addedMs, isPeriodOver), this.#turns);
  }

  async #save(): Promise<void> {
    if (!this.#isRestored || this.#learning === undefined) return;
    const { settings, model } = this.#learning;
    await writeDurably(settings.file, encodingState(model.measured));
    if (this.#unkept !== undefined) throw this.#unkept;
  }

  /**
   * Before the block is handed over: a copy to keep it by would take as much again. Clients are sent by it in any case.
   */
  async #keep(block: ServedBlock): Promise<void> {
    if (!this.#isRestored || this.#learning === undefined) return;
    try {
      await writeDurably(keptEstimatesFile(this.#learning.settings.file), encodingEstimates(block));
      this.#unkept = undefined;
    } catch (error) {
      this.#unkept = error as Error;
    }
  }
}

/** Gives why the file can't be read. */
function restored(file: string, model: LatencyModel): string | undefined {
  try {
    return decodeStateParts(() => octetsOf(file), model.measured);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : message; // no file: nothing was learned yet
  }
}

/** What a model is made by. */
function worldOf({ regions, countries, halfLifeMs, sourceShareMax, seed }: LearnerSettings): object {
  return { regions, countries, halfLifeMs, sourceShareMax, seed };
}

function handed(block: ServedBlock): HandedEstimates {
  return { block, networks: markNetworks(prefixesOf(block.networks)) };
}

function prefixesOf(networks: readonly string[]): readonly Prefix[] {
  return networks.flatMap((text) => {
    const parsed = parsePrefix(text);
    return parsed.ok ? [parsed.prefix] : [];
  });
}
