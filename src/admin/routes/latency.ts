import { z } from 'zod';
import { regionsOf } from '../../control/latency/thread-settings.ts';
import { json, type Route, STARTING } from '../route.ts';

const NOT_LEARNED = json(409, { error: 'round-trip times are not learned: the configuration has no section latency' });

/** What is learned of round-trip times: counts, the file that keeps it, and the regions. */
export const latency: Route = {
  method: 'GET',
  path: '/latency',
  isPrivate: false,
  answer({ facts }) {
    if (facts === undefined) return STARTING;
    return facts.latency === undefined
      ? NOT_LEARNED
      : json(200, { ...facts.latency, regions: regionsOf(facts.config) });
  },
};

const rowsSchema = z.strictObject({
  rows: z
    .array(
      z.strictObject({
        place: z.string().max(50),
        region: z.string().max(100),
        rttMs: z.number(),
        samples: z.number().min(0),
      }),
    )
    .max(1000),
});

/** Takes rows of a table: the operator's word. */
export const latencyImport: Route = {
  method: 'POST',
  path: '/latency/import',
  isPrivate: true,
  async answer(server, { body }) {
    const { success, data, error } = rowsSchema.safeParse(parsed(body));
    if (!success) return json(400, { error: z.prettifyError(error) });
    const outcome = await server.latency.importRows(data.rows);
    return outcome === undefined ? NOT_LEARNED : json(200, outcome);
  },
};

/** Writes what is learned to its file, which is named; estimates are made of rows that were imported. */
export const latencySave: Route = {
  method: 'POST',
  path: '/latency/save',
  isPrivate: true,
  async answer(server) {
    try {
      const file = await server.latency.save();
      return file === undefined ? NOT_LEARNED : json(200, { file });
    } catch (error) {
      // A disk that is full, or a folder that is gone: whoever asks can do something about it.
      return json(500, { error: `what is learned could not be saved: ${(error as Error).message}` });
    }
  },
};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
