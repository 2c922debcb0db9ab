import { parsePrefix } from '../net/prefix.ts';
import type { Loaded, Problem } from '../util/problem.ts';
import type { QueryLog } from './movement.ts';

const FORM = 'an address or network, and how many queries: 203.0.113.0/24 1200';

/**
 * Reads how many queries come from where: a line an address or network, and behind it a number; without one it counts
 * once. Empty lines, and those that begin with #, are left out. A network counts where its first address is.
 */
export function parseQueryLog(text: string, file: string): Loaded<QueryLog> {
  const log: (readonly [QueryLog[number][0], number])[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim().split(/[\s,]+/);
    if (words[0] === '' || words[0].startsWith('#')) continue;
    const parsed = parsePrefix(words[0]);
    const count = Number(words[1] ?? 1);
    if (parsed.ok && words.length <= 2 && Number.isFinite(count) && count >= 0) {
      log.push([parsed.prefix.address, count]);
    } else {
      problems.push({
        code: 'bad-weight',
        file,
        line: index + 1,
        found: `'${line.trim().slice(0, 60)}'`,
        expected: FORM,
      });
    }
  }
  return problems.length === 0 ? { ok: true, value: log } : { ok: false, problems };
}
