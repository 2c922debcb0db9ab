import { readFileSync } from 'node:fs';

const SOURCE = readFileSync(new URL('./beacon.js', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.replace(/(^|\s)\/\/ .*$/, '').trim())
  .filter((line) => line !== '')
  .join('\n');

/** A browser times three. More than this in each copy of the script, and it would grow with the number of regions. */
const OBJECTS_MAX = 6;

/**
 * The script that browsers run, without its comments and indentation.
 * @param objects by region, what they time there; of more than a few, some are drawn.
 * @param random from 0 to 1, 1 excluded.
 */
export function beaconScript(objects: ReadonlyMap<string, string>, random: () => number): string {
  // Within a script tag of somebody's page the text could stand, too.
  const regions = JSON.stringify(drawn([...objects], random)).replaceAll('<', '\\u003c');
  return SOURCE.replace('__REGIONS__', () => regions);
}

function drawn<T>(all: readonly T[], random: () => number): readonly T[] {
  const left = [...all];
  while (left.length > OBJECTS_MAX) left.splice(Math.floor(random() * left.length), 1);
  return left;
}
