import type { Source } from './fetch.ts';
import { GeodbError } from './install.ts';

/** A database to fetch, and the name of its file in geodb/. */
export interface Wanted {
  readonly source: Source;
  readonly fileName: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const EDITIONS_OF_MAXMIND = /^Geo(Lite|IP)2-(City|Country|ASN|Enterprise|ISP)$/;

/** MaxMind's download by edition, with an account (MAXMIND_ACCOUNT_ID, MAXMIND_LICENSE_KEY); base URL: MAXMIND_URL. */
export function maxmindDatabase(edition: string, environment: Environment): Wanted {
  if (!EDITIONS_OF_MAXMIND.test(edition)) {
    throw new GeodbError(`no edition of MaxMind's is called ${edition}: GeoLite2-City, GeoLite2-Country, GeoLite2-ASN`);
  }
  const { MAXMIND_ACCOUNT_ID: account, MAXMIND_LICENSE_KEY: key } = environment;
  if (!account || !key) {
    throw new GeodbError(`${edition} needs MAXMIND_ACCOUNT_ID and MAXMIND_LICENSE_KEY in the environment`);
  }
  const base = environment.MAXMIND_URL ?? 'https://download.maxmind.com';
  const url = `${base}/geoip/databases/${edition}/download?suffix=tar.gz`;
  const credentials = `${account}:${key}`;
  const source: Source = { name: edition, url, packing: 'tar.gz', sha256Url: `${url}.sha256`, credentials };
  return { source, fileName: `${edition}.mmdb` };
}

/** DB-IP's free city database of the month, which needs no account; base URL: DBIP_URL. */
export function dbipDatabase(now: Date, environment: Environment): Wanted {
  const base = environment.DBIP_URL ?? 'https://download.db-ip.com';
  const url = `${base}/free/dbip-city-lite-${now.toISOString().slice(0, 7)}.mmdb.gz`;
  return { source: { name: 'dbip-city-lite', url, packing: 'gz' }, fileName: 'dbip-city-lite.mmdb' };
}
