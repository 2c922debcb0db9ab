import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Problem } from '../util/problem.ts';
import type { Document } from './reading/document.ts';
import { textOf } from './reading/written.ts';
import type { LoggedOutcome, ValidQueryLog } from './schema/query-log-schema.ts';

/** How queries are logged. */
export interface QueryLogConfig {
  /** Absolute, or `-` for standard output. */
  readonly file: string;
  /** One in so many, on the average. */
  readonly every: number;
  /** None: all. */
  readonly only: readonly LoggedOutcome[];
  /** Of each worker; a power of two. */
  readonly ringRecords: number;
}

/** @param configuration the file it stands in, absolute. */
export function buildQueryLog({ file, every, only, ring }: ValidQueryLog, configuration: string): QueryLogConfig {
  return {
    file: file === '-' ? file : resolve(dirname(configuration), file),
    ...{ every, only },
    ringRecords: 2 ** Math.ceil(Math.log2(ring)),
  };
}

/** Where a folder is missing, the server runs all the same, and on the machine that it is for it may be there. */
export function findQueryLogFolder(document: Document): readonly Problem[] {
  const path = ['server', 'queryLog', 'file'];
  const file = textOf(document.value, ...path);
  if (file === undefined || file === '-') return [];
  const folder = dirname(resolve(dirname(document.file), file));
  if (existsSync(folder)) return [];
  return [document.atValue(path, 'no-query-log-folder', 'a file in a folder that is there', `no folder ${folder}`)];
}
