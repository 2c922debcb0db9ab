import { setImmediate } from 'node:timers/promises';
import type { Turns } from '../util/slices.ts';

/** How long work is done on the main thread. A probe is late by one slice at most, plus the step that is under way. */
export const TURNS: Turns = { sliceMs: 5, nowMs: () => performance.now(), pause: setImmediate };
