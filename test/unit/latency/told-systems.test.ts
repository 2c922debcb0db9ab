import { expect, test } from 'vitest';
import { Serving } from '../../../src/latency/serving/serve.ts';
import { Served } from '../../../src/latency/serving/served.ts';
import { NOW_MS, newModel, REGIONS, report } from './world.ts';

const HOLD = { tieMs: 2, tiePercent: 2, hysteresisMs: 4, hysteresisPercent: 2 };

/** What a model serves by. */
function servedBy(model: ReturnType<typeof newModel>): Served {
  return new Served(new Serving(REGIONS, HOLD).serve(model.recompile(NOW_MS), new Map()));
}

test('a table may tell of an autonomous system wherever it is', () => {
  const model = newModel();
  model.importRow({ place: 'AS3320', region: 'us', rttMs: 12, samples: 16 }, NOW_MS);
  model.importRow({ place: 'DE', region: 'us', rttMs: 95, samples: 16 }, NOW_MS);
  const served = servedBy(model);
  for (const country of ['DE', 'FR']) {
    expect(served.estimate({ country, asn: 3320 }, 'us')).toMatchObject({ source: 'asn', samples: 16 });
    expect(served.estimate({ country, asn: 3320 }, 'us')?.ms).toBeCloseTo(12, 1);
  }
  expect(served.estimate({ country: 'DE', asn: 1 }, 'us')?.ms).toBeGreaterThan(90);
  expect(served.estimate({ country: 'DE', asn: 3320 }, 'eu')?.source).not.toBe('asn');
});

test('and a lone stranger in it moves that no further than a stranger may', () => {
  const model = newModel();
  model.importRow({ place: 'AS3320', region: 'us', rttMs: 90, samples: 16 }, NOW_MS);
  model.importRow({ place: 'DE', region: 'us', rttMs: 10, samples: 16 }, NOW_MS);
  model.report(report({ asn: 3320, region: 'us', rttMs: 90 }));
  const ms = servedBy(model).estimate({ country: 'DE', asn: 3320 }, 'us')?.ms ?? 0;
  expect(ms).toBeGreaterThan(80);
});

test('a network of a table takes part in what it is in, where that is known', () => {
  const model = newModel();
  for (let at = 0; at < 9; at++) {
    const place = `203.0.${at}.0/24`;
    model.importRow({ place, region: 'us', rttMs: 30, samples: 9, asn: 7, country: 'DE' }, NOW_MS);
  }
  expect(servedBy(model).estimate({ country: 'DE', asn: 7 }, 'us')).toMatchObject({ source: 'asn' });
  expect(servedBy(model).estimate({ country: 'DE', asn: 7 }, 'us')?.ms).toBeCloseTo(30, 0);
});
