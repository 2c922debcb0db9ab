import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const EMBEDDED = 'geodb/country.mmdb';

/**
 * The configuration that benchmarks serve: a database, a service that answers the nearest of three regions, and
 * a zone with a plain name and a delegation beside it.
 */
function configuration(port: number, database: string): string {
  return `
server: { listen: 127.0.0.1:${port}, workers: 1 }
geo: { databases: ${JSON.stringify(database)} }
regions:
  us: { location: [38.9, -77] }
  eu: { location: [50.1, 8.7] }
  ap: { location: [35.6, 139.7] }
policies: { closest: [nearest] }
services:
  www: { policy: closest, ttl: 30s, endpoints: { us: { a: 192.0.2.1 }, eu: { a: 192.0.2.2 }, ap: { a: 192.0.2.3 } } }
zones:
  example.com:
    records: |
      @ 3600 SOA ns1 hostmaster 1 7200 1800 259200 60
      @ NS ns1
      ns1 A 127.0.0.1
      plain A 192.0.2.80
      www SERVICE www
      sub NS ns.sub
      ns.sub A 192.0.2.54
`;
}

/**
 * Writes it into a new folder under the system's one for such, with the embedded database if no other; returns the
 * file's path.
 */
export function writeConfiguration(port: number, database = EMBEDDED): string {
  const file = join(mkdtempSync(join(tmpdir(), 'aya-bench-')), 'aya.yaml');
  writeFileSync(file, configuration(port, database));
  return file;
}
