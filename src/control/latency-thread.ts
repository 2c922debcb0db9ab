import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { markNetworks } from '../geo/measured-networks.ts';
import { LatencyModel } from '../latency/model.ts';
import { Serving } from '../latency/serve.ts';
import { decodeState, encodeState, encodingState } from '../latency/state.ts';
import { type Prefix, parsePrefix } from '../net/prefix.ts';
import { assert } from '../util/assert.ts';
import type { Curriculum, LearnerReplies, LearnerReply, LearnerRequest } from './latency/messages.ts';
import { writeDurably } from './overrides/durable-file.ts';

/** Learns round-trip times for latency/learner.ts: one request after the other, each answered. */

let learning: { readonly curriculum: Curriculum; readonly model: LatencyModel; readonly serving: Serving } | undefined;

async function begin(curriculum: Curriculum): Promise<LearnerReplies['begin']> {
  const { regions, countries, halfLifeMs, seed, file } = curriculum;
  const before = learning;
  // Made anew it takes as much memory again, for a while.
  const isAlike = before !== undefined && isDeepStrictEqual(worldOf(before.curriculum), worldOf(curriculum));
  const model = isAlike ? before.model : new LatencyModel({ regions, countries, options: { halfLifeMs, seed } });
  learning = { curriculum, model, serving: new Serving(regions, curriculum.hold, before?.serving) };
  if (isAlike) return { fault: undefined };
  const bytes = before === undefined ? await stateIn(file) : encodeState(before.model.measured);
  if (bytes === undefined || bytes instanceof Uint8Array) {
    return { fault: bytes && decodeState(bytes, model.measured) };
  }
  return { fault: bytes.fault };
}

/** What a model is made by. */
function worldOf({ regions, countries, halfLifeMs, seed }: Curriculum): object {
  return { regions, countries, halfLifeMs, seed };
}

/** Undefined where there is no file: nothing was learned yet. */
async function stateIn(file: string): Promise<Uint8Array | { readonly fault: string } | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : { fault: message };
  }
}

async function answer(request: LearnerRequest): Promise<LearnerReplies[LearnerRequest['kind']]> {
  if (request.kind === 'begin') return begin(request.curriculum);
  assert(learning !== undefined, 'it begins before it is asked');
  const { model, serving, curriculum } = learning;
  switch (request.kind) {
    case 'reports':
      for (const report of request.reports) model.report(report, Date.now());
      return model.counts;
    case 'rows': {
      const refused = request.rows.filter((row) => model.importRow(row, Date.now()) !== undefined).length;
      return { taken: request.rows.length - refused, refused };
    }
    case 'recompile': {
      const startMs = performance.now();
      const block = serving.serve(model.recompile(Date.now()), request.addedMs);
      const networks = markNetworks(prefixesOf(block.networks));
      return { block, networks, counts: model.counts, durationMs: performance.now() - startMs };
    }
    case 'save': {
      await writeDurably(curriculum.file, encodingState(model.measured));
      return {};
    }
  }
}

function prefixesOf(networks: readonly string[]): readonly Prefix[] {
  return networks.flatMap((text) => {
    const parsed = parsePrefix(text);
    return parsed.ok ? [parsed.prefix] : [];
  });
}

assert(parentPort !== null, 'this file runs as a worker thread');
const port = parentPort;
let turn = Promise.resolve();
port.on('message', ({ id, request }: { readonly id: number; readonly request: LearnerRequest }) => {
  turn = turn.then(async () => {
    const reply: LearnerReply = await answer(request).then(
      (value) => ({ ok: true, value }) as const,
      (error: unknown) => ({ ok: false, why: error instanceof Error ? error.message : String(error) }) as const,
    );
    port.postMessage({ id, reply });
  });
});
