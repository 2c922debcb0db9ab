import { setImmediate } from 'node:timers/promises';
import type { Turns } from '../util/slices.ts';

/** What takes long on the main thread is done in these: probes are late by a slice at most, and by what a step takes. */
export const TURNS: Turns = { sliceMs: 5, nowMs: () => performance.now(), pause: setImmediate };
