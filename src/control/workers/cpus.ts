import { readFileSync } from 'node:fs';
import type { CpuChoice } from '../../config/config.ts';
import type { Loaded, Problem } from '../../util/problem.ts';

/**
 * The processors that workers for UDP are kept on, one each, in turn; none: wherever the system puts them.
 * @param allowed those that this process may run on.
 */
export function chooseCpus(choice: CpuChoice, allowed = allowedCpus()): Loaded<readonly number[]> {
  if (choice === 'auto') return { ok: true, value: allowed };
  const missing = choice.filter((cpu) => !allowed.includes(cpu));
  if (missing.length === 0) return { ok: true, value: choice };
  return { ok: false, problems: missing.map((cpu) => noSuchCpu(cpu, allowed)) };
}

/** As a container or taskset has it; none where the system does not say (Linux does). */
export function allowedCpus(): readonly number[] {
  try {
    const [, list = ''] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return parseCpuList(list);
  } catch {
    return [];
  }
}

/** Of a list such as 0-2,5. */
export function parseCpuList(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    return Number.isNaN(first) || part === '' ? [] : Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
}

function noSuchCpu(cpu: number, allowed: readonly number[]): Problem {
  return {
    code: 'no-such-cpu',
    found: `processor ${cpu} in server.cpus`,
    expected: allowed.length === 0 ? 'no server.cpus: it needs Linux' : `some of ${allowed.join(', ')}`,
  };
}
