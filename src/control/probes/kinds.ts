import type { ProbeConfig } from '../../health/schema.ts';
import { http } from './http.ts';
import type { ProbeAddress, ProbeKind, ProbeOutcome } from './probe.ts';
import { tcp } from './tcp.ts';

/** An implementation for every kind that a config can name. */
export type ProbeKinds = { readonly [K in ProbeConfig['kind']]: ProbeKind<Extract<ProbeConfig, { kind: K }>> };

export const probeKinds = { http, https: http, tcp } satisfies ProbeKinds;

/** Runs the implementation for the config's kind. */
export function runKind(
  kinds: ProbeKinds,
  config: ProbeConfig,
  target: ProbeAddress,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  // The type above pairs each kind with its config; the compiler does not carry that through an index of a union.
  const kind: ProbeKind<never> = kinds[config.kind];
  return kind.run(config as never, target, signal);
}
