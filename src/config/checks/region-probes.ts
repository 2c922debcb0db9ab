import type { Problem } from '../../util/problem.ts';
import type { Document } from '../reading/document.ts';
import { entriesIn, written } from '../reading/written.ts';

/** Regions with a probe of their own, and no word of where it goes: a region has no address. */
export function checkRegionProbes(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'regions')).flatMap(([name, region]) =>
    written(region, 'probe') === undefined || written(region, 'check') !== undefined
      ? []
      : [document.atValue(['regions', name, 'check'], 'missing-key', 'where its probe goes: an address and a port')],
  );
}

/** Regions with a place to probe, and no probe. */
export function findRegionChecks(document: Document): readonly Problem[] {
  return entriesIn(written(document.value, 'regions')).flatMap(([name, region]) =>
    written(region, 'check') === undefined || written(region, 'probe') !== undefined
      ? []
      : [
          document.atKey(
            ['regions', name, 'check'],
            'unused-check',
            'a probe beside it: without one nothing is checked',
          ),
        ],
  );
}
