/**
 * Puts geo databases into geodb/: the embedded one, which comes with the packages, and fresher or finer ones by download.
 * geodb/README.md tells where they come from and on what terms.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchDatabase } from './geodb/fetch.ts';
import { GeodbError, install } from './geodb/install.ts';
import { dbipDatabase, maxmindDatabase, type Wanted } from './geodb/sources.ts';

const USAGE = `usage: npm run geodb -- [options]
  (no option)          the embedded database, and GeoLite2-City and GeoLite2-ASN
                       where MAXMIND_ACCOUNT_ID and MAXMIND_LICENSE_KEY are set
  --embedded-only      the embedded database: geodb/country.mmdb
  --edition EDITION    this edition of MaxMind's alone, such as GeoLite2-Country; may be repeated
  --dbip               DB-IP's free city database alone, or with the editions
  --folder FOLDER      another folder than geodb/
`;

const PROJECT = resolve(import.meta.dirname, '..');
const EMBEDDED = join(PROJECT, 'node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb');
const DEFAULT_EDITIONS = ['GeoLite2-City', 'GeoLite2-ASN'];

const OPTIONS = {
  'embedded-only': { type: 'boolean', default: false },
  edition: { type: 'string', multiple: true, default: [] as string[] },
  dbip: { type: 'boolean', default: false },
  folder: { type: 'string', default: join(PROJECT, 'geodb') },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<void> {
  const { values: options } = parseArgs({ options: OPTIONS });
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const downloads = options['embedded-only'] ? [] : wantedDatabases(options.edition, options.dbip);
  await mkdir(options.folder, { recursive: true });
  if (options.edition.length === 0 && !options.dbip) {
    await put(await embeddedDatabase(), join(options.folder, 'country.mmdb'));
  }
  for (const { source, fileName } of downloads) {
    await put(await fetchDatabase(source), join(options.folder, fileName));
  }
}

/** What to download: all of it is known to exist and to have its key before anything is changed. */
function wantedDatabases(editions: readonly string[], dbip: boolean): Wanted[] {
  const hasKey = Boolean(process.env.MAXMIND_ACCOUNT_ID && process.env.MAXMIND_LICENSE_KEY);
  const isDefault = editions.length === 0 && !dbip && hasKey;
  return [
    ...(isDefault ? DEFAULT_EDITIONS : editions).map((edition) => maxmindDatabase(edition, process.env)),
    ...(dbip ? [dbipDatabase(new Date(), process.env)] : []),
  ];
}

async function embeddedDatabase(): Promise<Buffer> {
  try {
    return await readFile(EMBEDDED);
  } catch {
    throw new GeodbError(`the embedded database is not at ${EMBEDDED}: run npm install`);
  }
}

async function put(bytes: Buffer, file: string): Promise<void> {
  const changed = await install(bytes, file);
  process.stdout.write(`${file}: ${changed ? `installed, ${(bytes.length / 1e6).toFixed(1)} MB` : 'unchanged'}\n`);
}

try {
  await main();
} catch (error) {
  const isOurs = error instanceof GeodbError || (error instanceof Error && 'code' in error);
  if (!isOurs) throw error;
  process.stderr.write(`geodb: ${error.message}\n`);
  process.exitCode = 1;
}
