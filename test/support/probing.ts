import { expect, onTestFinished } from 'vitest';
import { type ProbeSources, probeKinds } from '../../src/control/probes/kinds.ts';
import type { ProbeAddress } from '../../src/control/probes/probe.ts';
import { Reports } from '../../src/control/probes/reports.ts';
import { type ProbeResult, runProbe } from '../../src/control/probes/run.ts';
import { StallMeter } from '../../src/control/probes/stall.ts';
import { StateFiles } from '../../src/control/probes/state-files.ts';
import { probeSchema, type RunnableConfig } from '../../src/health/schema.ts';
import { systemClock } from '../../src/util/clock.ts';
import type { TestServer } from './servers.ts';

/** What kinds look at that are told. */
export function testSources(): ProbeSources {
  return { reports: new Reports(systemClock), files: new StateFiles(systemClock, () => {}) };
}

export const kinds = probeKinds(testSources());

const runner = { clock: systemClock, kinds, stalls: new StallMeter(systemClock) };

// Nothing that ends by itself comes near this: it is there for what must not be timed out.
export const patient = { interval: '20s', timeout: '20s' };
export const brief = { interval: '300ms', timeout: '300ms' };

/** A probe as it is written: one of its kinds, and its schedule. */
export function configOf<K extends RunnableConfig['kind']>(
  kind: K,
  options: object,
  schedule: object = patient,
): Extract<RunnableConfig, { kind: K }> {
  return probeSchema.parse({ [kind]: options, ...schedule }) as Extract<RunnableConfig, { kind: K }>;
}

export function probe(config: RunnableConfig, target: ProbeAddress): Promise<ProbeResult> {
  return runProbe(runner, config, target, new AbortController());
}

/** Probes a server once and waits until the probe has hung up. */
export async function probeOnce(server: TestServer, config: RunnableConfig): Promise<ProbeResult> {
  onTestFinished(() => server.close());
  const result = await probe(config, server);
  await server.idle();
  return result;
}

/** How a result looks that is a success. */
export const passed = { ok: true, durationMs: expect.any(Number) };

export function failed(reason: string | RegExp, fault: unknown = 'endpoint') {
  const text = typeof reason === 'string' ? reason : expect.stringMatching(reason);
  return { ok: false, fault, reason: text, durationMs: expect.any(Number) };
}

/** Of a time-out this short a busy machine may take its part, and the result says so. */
export const timedOut = failed('timed out after 300 ms', expect.stringMatching(/^(?:endpoint|stall)$/));
