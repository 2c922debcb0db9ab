import { probeSchema, type RunnableConfig } from '../../health/schema.ts';
import type { ProbeAddress } from './probe.ts';
import { tcp } from './tcp.ts';

const TIMEOUT_MS = 2_000;

/**
 * Whether any of some addresses takes a TCP connection: places that are known to work, by which a prober finds out
 * whether it is blind. Undefined, so that nothing is asked, where there are none.
 */
export function referenceCheck(references: readonly ProbeAddress[]): (() => Promise<boolean>) | undefined {
  if (references.length === 0) return undefined;
  return async () => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const outcomes = await Promise.all(references.map((reference) => tcp.run(configFor(reference), reference, signal)));
    return outcomes.some(({ ok }) => ok);
  };
}

function configFor({ port }: ProbeAddress): Extract<RunnableConfig, { kind: 'tcp' }> {
  return probeSchema.parse({ tcp: { port } }) as Extract<RunnableConfig, { kind: 'tcp' }>;
}
