import { readFileSync } from 'node:fs';

// What Linux allows where nobody has said otherwise.
const USUAL_MAX = 1_024;

/** Whatever the system allows: beyond this many the probes wait for the processor, not for answers. */
const PROBES_MAX = 2_048;

/**
 * How many probes may be out at once: a quarter of the files that this process may have open, so that those who ask us
 * are never turned away for those whom we ask.
 */
export function probesAtOnceMax(): number {
  return Math.max(1, Math.min(PROBES_MAX, Math.floor(openFilesMax() / 4)));
}

/** Node.js has raised its soft limit to the hard one at its start. */
function openFilesMax(): number {
  try {
    const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return line?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line?.[1] ?? USUAL_MAX);
  } catch {
    return USUAL_MAX;
  }
}
