import { basename, dirname, extname, join, resolve } from 'node:path';
import type { HostPort } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { ValidLatency } from './schema/latency-schema.ts';

/** How round-trip times are learned. */
export interface LatencyConfig {
  /** Where browsers and agents report; undefined: nowhere. */
  readonly listen: HostPort | undefined;
  readonly proxies: readonly Prefix[];
  /** By region, the URL of an object that browsers time. */
  readonly objects: ReadonlyMap<string, string>;
  /** Tokens by agent. */
  readonly agents: ReadonlyMap<string, string>;
  /** Where what is learned is kept; absolute. */
  readonly file: string;
  readonly halfLifeMs: number;
  readonly periodMs: number;
  readonly hysteresisMs: number;
  readonly hysteresisPercent: number;
  /** Of clients, in tenths of a percent. */
  readonly explorationPerMille: number;
  /** The part of an estimate that one source can be at most, above 0 to 1. */
  readonly sourceShareMax: number;
  readonly reportsPerMinute: number;
}

/** @param file the configuration, absolute. */
export function buildLatency(valid: ValidLatency, file: string): LatencyConfig {
  return {
    listen: valid.listen,
    proxies: valid.proxies,
    objects: new Map(Object.entries(valid.objects)),
    agents: new Map(Object.entries(valid.agents)),
    file:
      valid.file === undefined ? defaultFile(file, process.env.STATE_DIRECTORY) : resolve(dirname(file), valid.file),
    halfLifeMs: valid.halfLife,
    periodMs: valid.period,
    ...valid.hysteresis,
    explorationPerMille: Math.round(valid.exploration * 10),
    sourceShareMax: valid.sourceShare / 100,
    reportsPerMinute: valid.reportsPerMinute,
  };
}

function defaultFile(file: string, stateFolders: string | undefined): string {
  const [folder = ''] = (stateFolders ?? '').split(':');
  return join(folder === '' ? dirname(file) : folder, `${basename(file, extname(file))}.latency`);
}
