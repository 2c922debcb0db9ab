import type { MarkedNetworks } from '../../geo/measured-networks.ts';
import type { TableRow } from '../../latency/learned/table.ts';
import type { LatencyCounts } from '../../latency/model.ts';
import type { CountryPlace, Region, Report } from '../../latency/reports/report.ts';
import type { HoldOptions } from '../../latency/serving/hold.ts';
import type { ServedBlock } from '../../latency/serving/served-block.ts';
import type { MeasurementBatch } from './measurement.ts';

/** The settings of the thread that learns. */
export interface LearnerSettings {
  readonly regions: readonly Region[];
  readonly countries: ReadonlyMap<string, CountryPlace>;
  readonly hold: HoldOptions;
  readonly halfLifeMs: number;
  /** The part of an estimate that one source can be at most. */
  readonly sourceShareMax: number;
  /** Where what is learned is kept; absolute. */
  readonly file: string;
  /** Mixed into hashes. */
  readonly seed: number;
}

/**
 * What the thread that learns is asked. Each request is answered, one after the other; reports and saving also while
 * it makes estimates.
 */
export type LearnerRequest =
  /** Goes on by this, with what it has learned. */
  | { readonly kind: 'begin'; readonly settings: LearnerSettings }
  /** Takes in what the file has. Nothing is saved before that. */
  | { readonly kind: 'restore' }
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
  | { readonly kind: 'rows'; readonly rows: readonly TableRow[] }
  /** Makes estimates; `isPeriodOver` is false in the middle of a period, of which nothing else ends. */
  | { readonly kind: 'recompile'; readonly addedMs: ReadonlyMap<string, number>; readonly isPeriodOver: boolean }
  | { readonly kind: 'save' };

/** Estimates, and the networks that are served by themselves. */
export interface HandedEstimates {
  readonly block: ServedBlock;
  readonly networks: MarkedNetworks;
}

export interface LearnerReplies {
  /** What clients were sent by before a restart; undefined where that is not known, and for who has begun before. */
  readonly begin: { readonly kept: HandedEstimates | undefined };
  /** Why the file can't be read: then nothing is known yet. */
  readonly restore: { readonly fault: string | undefined };
  readonly reports: LatencyCounts;
  readonly rows: { readonly taken: number; readonly refused: number };
  readonly recompile: HandedEstimates & {
    readonly counts: LatencyCounts;
    readonly durationMs: number;
  };
  readonly save: Readonly<Record<string, never>>;
}

export type LearnerReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly why: string };

/** Why a line, a request or a connection was not taken; the model has reasons of its own besides. */
export const HTTP_REFUSALS = [
  'malformed',
  'unknown-region',
  'not-positive',
  'absurd-time',
  'bad-network',
  'too-many-lines',
  'too-large',
  'bad-encoding',
  'too-often',
  'bad-token',
  'unknown-path',
  'bad-method',
  'bad-request',
  'bad-expectation',
  'too-slow',
  'incomplete',
  'too-many-pipelined',
  'too-many-connections',
] as const;

export type HttpRefusal = (typeof HTTP_REFUSALS)[number];

/** The settings of the thread that listens. */
export interface ListenerSettings {
  readonly host: string;
  readonly port: number;
  readonly proxies: readonly string[];
  readonly regions: readonly string[];
  /** By region, the object that browsers time. */
  readonly objects: ReadonlyMap<string, string>;
  readonly agents: ReadonlyMap<string, string>;
  readonly reportsPerMinute: number;
}

export type ToListener =
  | { readonly kind: 'settings'; readonly settings: ListenerSettings }
  /** The batch before was taken. */
  | { readonly kind: 'more' };

export type FromListener =
  | { readonly kind: 'listening' }
  | { readonly kind: 'fault'; readonly why: string }
  | {
      readonly kind: 'batch';
      readonly measurements: MeasurementBatch;
      readonly refused: Readonly<Record<HttpRefusal, number>>;
      readonly dropped: number;
    };
