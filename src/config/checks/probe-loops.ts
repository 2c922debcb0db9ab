import { probeLoops } from '../../health/schema-combined.ts';
import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import { written } from '../reading/written.ts';

/** Combined probes that come to depend on themselves, by other probes or by the services that they look at. */
export function checkProbeLoops(document: Document): readonly Problem[] {
  const loops = probeLoops(written(document.value, 'probes'), written(document.value, 'services'));
  return loops.flatMap((loop) => {
    const first = loop.find((node) => node.startsWith(PROBE));
    // Services that lead to each other without a probe between them are a mistake of another kind.
    if (first === undefined) return [];
    const expected = `a probe that does not depend on itself: ${[...loop, loop[0]].join(' -> ')}`;
    return document.atKey(['probes', first.slice(PROBE.length)], 'probe-loop', expected);
  });
}

const PROBE = 'probe ';
