import { getEnvironmentData } from 'node:worker_threads';

/** Under this name a thread keeps the clock of the workers that it starts: one double, in milliseconds since 1970. */
export const CLOCK = 'clock of the workers';

/** Imported before a worker's program, it has the worker's clock stand where the test says: cookies are made by the time. */
const clock = getEnvironmentData(CLOCK);
if (clock instanceof SharedArrayBuffer) {
  const nowMs = new Float64Array(clock);
  Date.now = () => nowMs[0];
}
