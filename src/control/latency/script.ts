import { readFileSync } from 'node:fs';

const SOURCE = readFileSync(new URL('./beacon.js', import.meta.url), 'utf8');

/** The script that browsers run, without its comments and indentation. `objects`: by region, what they time there. */
export function beaconScript(objects: ReadonlyMap<string, string>): string {
  const lines = SOURCE.split('\n').map((line) => line.replace(/(^|\s)\/\/ .*$/, '').trim());
  // Within a script tag of somebody's page the text could stand, too.
  const regions = JSON.stringify([...objects]).replaceAll('<', '\\u003c');
  return lines
    .filter((line) => line !== '')
    .join('\n')
    .replace('__REGIONS__', () => regions);
}
