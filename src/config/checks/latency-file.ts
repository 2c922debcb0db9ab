import { dirname, resolve } from 'node:path';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import { textOf } from '../reading/written.ts';

/**
 * The file that keeps what is learned is written over each period, and what it can't be read as is moved away: it must
 * be none of those that a configuration is made of.
 * @param read all that was read, or looked for: absolute.
 */
export function checkLatencyFile(document: Document, read: readonly string[]): readonly Problem[] {
  const path = ['latency', 'file'];
  const text = textOf(document.value, ...path);
  if (text === undefined || !read.includes(resolve(dirname(document.file), text))) return [];
  return [document.atValue(path, 'bad-value', 'a file of its own: what is learned is written over it', text)];
}
