import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { request } from 'undici';
import { GeodbError } from './install.ts';
import { fileInTar } from './tar.ts';

/** Where a vendor's database comes from. */
export interface Source {
  /** For messages: `GeoLite2-City`. */
  readonly name: string;
  readonly url: string;
  readonly packing: 'tar.gz' | 'gz';
  /** Where the SHA-256 of the file at `url` is, as `sha256sum` prints it; not every vendor has one. */
  readonly sha256Url?: string;
  /** `user:password`. */
  readonly credentials?: string;
}

// GeoLite2-City is 30 MB packed: a minute is a line of 4 Mbit/s. Ten are for what is slower and still comes.
const HEADERS_TIMEOUT_MS = 30_000;
const DOWNLOAD_TIMEOUT_MS = 600_000;
const REDIRECTS_MAX = 5;
// Unpacked, the largest databases have a few hundred MB; beyond this it is no database.
const UNPACKED_SIZE_BYTES_MAX = 2 ** 31 - 1;

/** Downloads, checks and unpacks a database: the octets of its .mmdb file. Throws GeodbError with what went wrong and what to do. */
export async function fetchDatabase(source: Source): Promise<Buffer> {
  const packed = await download(source, source.url);
  if (source.sha256Url !== undefined) checkSha256(source, packed, await download(source, source.sha256Url));
  const unpacked = unpack(source, packed);
  const database = source.packing === 'tar.gz' ? fileInTar(unpacked, '.mmdb') : unpacked;
  if (database === undefined) throw new GeodbError(`${source.name}: no .mmdb file in the archive from ${source.url}`);
  return database;
}

async function download(source: Source, url: string): Promise<Buffer> {
  const signal = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS);
  let [at, credentials] = [new URL(url), source.credentials];
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const answer = await send(source, at, credentials, signal);
    const { location } = answer.headers;
    if (answer.statusCode === 200) return answer.body;
    if (answer.statusCode < 300 || answer.statusCode > 399 || typeof location !== 'string') {
      throw new GeodbError(`${source.name}: ${at.origin} answered ${answer.statusCode}${advice(answer.statusCode)}`);
    }
    const next = new URL(location, at);
    // Vendors redirect to where their files are stored, which must not learn the licence key.
    if (next.origin !== at.origin) credentials = undefined;
    at = next;
  }
  throw new GeodbError(`${source.name}: more than ${REDIRECTS_MAX} redirects from ${url}`);
}

async function send(source: Source, url: URL, credentials: string | undefined, signal: AbortSignal) {
  const authorization = credentials && { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  try {
    const { statusCode, headers, body } = await request(url, {
      headers: { ...authorization },
      headersTimeout: HEADERS_TIMEOUT_MS,
      signal,
    });
    return { statusCode, headers, body: Buffer.from(await body.arrayBuffer()) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GeodbError(`${source.name}: cannot download from ${url.origin}: ${reason}`);
  }
}

function advice(statusCode: number): string {
  if (statusCode === 401 || statusCode === 403) return ': check the account and the licence key';
  if (statusCode === 404) return ': check the name of the edition';
  return statusCode === 429 ? ': too many downloads today, try tomorrow' : '';
}

function checkSha256(source: Source, packed: Buffer, sums: Buffer): void {
  const actual = createHash('sha256').update(packed).digest('hex');
  const [offered] = sums.toString('latin1').trim().split(/\s+/);
  if (offered.toLowerCase() === actual) return;
  throw new GeodbError(`${source.name}: the download is damaged: its SHA-256 is ${actual}, not ${offered}; try again`);
}

function unpack(source: Source, packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: UNPACKED_SIZE_BYTES_MAX });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GeodbError(`${source.name}: the download is no whole gzip file (${reason})`);
  }
}
