import type { ConfigOf, Kind, RunnableConfig } from '../../health/schema.ts';
import { dns } from './dns.ts';
import { exec } from './exec.ts';
import { file } from './file.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import { icmp } from './icmp.ts';
import type { ProbeAddress, ProbeKind, ProbeOutcome } from './probe.ts';
import { push } from './push.ts';
import type { Reports } from './reports.ts';
import type { StateFiles } from './state-files.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';

/** An implementation for every kind that a config can name. */
export type ProbeKinds = { readonly [K in Kind]: ProbeKind<ConfigOf<K>> };

/** What kinds look at that are told rather than ask. */
export interface ProbeSources {
  readonly reports: Reports;
  readonly files: StateFiles;
}

/** All kinds; those that are told look at these sources. */
export function probeKinds({ reports, files }: ProbeSources): ProbeKinds {
  return { http, https: http, tcp, tls, icmp, dns, grpc, exec, push: push(reports), file: file(files) };
}

/** The implementation for a config's kind. */
export function kindOf(kinds: ProbeKinds, config: RunnableConfig): ProbeKind<never> {
  // The type above pairs each kind with its config; the compiler does not carry that through an index of a union.
  return kinds[config.kind];
}

/** Runs the implementation for the config's kind. */
export function runKind(
  kinds: ProbeKinds,
  config: RunnableConfig,
  target: ProbeAddress,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  return kindOf(kinds, config).run(config as never, target, signal);
}
