import { expect, test } from 'vitest';
import { beaconScript } from '../../../../src/control/latency/script.ts';
import { Random } from '../../../../src/util/random.ts';

const objectsOf = (regions: number): ReadonlyMap<string, string> =>
  new Map(Array.from({ length: regions }, (_, at) => [`region-${at}`, `https://region-${at}.cdn.example.com/dot.gif`]));

const namesIn = (script: string): readonly string[] => script.match(/"region-\d+"/g) ?? [];

test('has all of a few regions, in their order', () => {
  const script = beaconScript(objectsOf(3), () => 0);
  expect(namesIn(script)).toEqual(['"region-0"', '"region-1"', '"region-2"']);
});

test('is small however many regions there are, and all of them have their turn', () => {
  const objects = objectsOf(60);
  const seen = new Set<string>();
  const drawn = new Random(1);
  const random = (): number => drawn.below(1 << 30) / (1 << 30);
  for (let copy = 0; copy < 100; copy++) {
    const script = beaconScript(objects, random);
    expect(Buffer.byteLength(script)).toBeLessThan(2048);
    for (const name of namesIn(script)) seen.add(name);
  }
  expect(seen.size).toBe(60);
});

test('cannot end the script tag that it stands in', () => {
  const script = beaconScript(new Map([['eu', 'https://example.com/</script>$&']]), () => 0);
  expect(script).toContain('https://example.com/\\u003c/script>$&');
});
