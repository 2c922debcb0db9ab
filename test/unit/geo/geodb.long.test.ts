import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileInTar } from '../../../scripts/geodb/tar.ts';
import { EMBEDDED } from './databases.ts';
import { writeDatabase } from './mmdb-writer.ts';

const SCRIPT = resolve(import.meta.dirname, '../../../scripts/geodb.ts');
const database = writeDatabase([['192.0.2.0/24', { country: { iso_code: 'SE' } }]]);
const archive = gzipSync(
  Buffer.concat([
    tarred('GeoLite2-City_20260101/LICENSE.txt', Buffer.from('terms')),
    tarred('GeoLite2-City_20260101/GeoLite2-City.mmdb', database),
    Buffer.alloc(1024),
  ]),
);
const AUTHORIZATION = `Basic ${Buffer.from('42:secret').toString('base64')}`;

let folder: string;
let server: Server;
let base: string;
/** What the vendor's server does with a request: status, body, and where it redirects to. */
let answer: (request: IncomingMessage) => { status?: number; body?: Buffer | string; location?: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aya-geodb-'));
  server = createServer((request, response) => {
    const { status = 200, body = '', location } = answer(request);
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(folder, { recursive: true });
});

const KEY = { MAXMIND_ACCOUNT_ID: '42', MAXMIND_LICENSE_KEY: 'secret' };

/** The script as users run it; the process is this Node.js, whichever runs the tests. */
function geodb(args: readonly string[], environment: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH ?? '', MAXMIND_URL: base, DBIP_URL: base, ...environment };
  return new Promise<{ code: number; output: string; errors: string }>((done) => {
    execFile(process.execPath, [SCRIPT, '--folder', folder, ...args], { env }, (error, output, errors) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, output, errors });
    });
  });
}

const sum = (bytes: Buffer) => `${createHash('sha256').update(bytes).digest('hex')}  GeoLite2-City.tar.gz\n`;
const isSum = ({ url = '' }: IncomingMessage) => url.endsWith('.sha256');

describe('the embedded database', () => {
  test('is copied, and not again', async () => {
    const file = join(folder, 'country.mmdb');
    expect(await geodb(['--embedded-only'])).toMatchObject({
      code: 0,
      output: expect.stringMatching(/installed, 7\.8 MB/),
    });
    expect((await readFile(file)).equals(await readFile(EMBEDDED))).toBe(true);
    const { mtimeMs } = await stat(file);
    expect((await geodb([])).output).toMatch(/unchanged/);
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
    expect(await readdir(folder)).toEqual(['country.mmdb']);
  });
});

describe('a download from MaxMind', () => {
  test('of city and network number beside the embedded one, where there is a key', async () => {
    answer = (request) => ({ body: isSum(request) ? sum(archive) : archive });
    expect(await geodb([], KEY)).toMatchObject({ code: 0, errors: '' });
    expect((await readdir(folder)).toSorted()).toEqual(['GeoLite2-ASN.mmdb', 'GeoLite2-City.mmdb', 'country.mmdb']);
  });

  test('with account and key, checked, unpacked, installed', async () => {
    const seen: string[] = [];
    answer = (request) => {
      seen.push(`${request.url} ${request.headers.authorization === AUTHORIZATION}`);
      return { body: isSum(request) ? sum(archive) : archive };
    };
    expect(await geodb(['--edition', 'GeoLite2-City'], KEY)).toMatchObject({ code: 0, errors: '' });
    expect((await readFile(join(folder, 'GeoLite2-City.mmdb'))).equals(database)).toBe(true);
    expect(seen).toEqual([
      '/geoip/databases/GeoLite2-City/download?suffix=tar.gz true',
      '/geoip/databases/GeoLite2-City/download?suffix=tar.gz.sha256 true',
    ]);
  });

  test('redirected to another host, which does not get the key', async () => {
    const stored = base.replace('127.0.0.1', 'localhost');
    const seen: (string | undefined)[] = [];
    answer = (request) => {
      if (isSum(request)) return { body: sum(archive) };
      seen.push(request.headers.authorization);
      return request.url === '/stored' ? { body: archive } : { status: 302, location: `${stored}/stored` };
    };
    expect(await geodb(['--edition', 'GeoLite2-City'], KEY)).toMatchObject({ code: 0 });
    expect(seen).toEqual([AUTHORIZATION, undefined]);
  });

  test.each<[name: string, answer: typeof answer, message: RegExp]>([
    ['a wrong key', () => ({ status: 401 }), /answered 401: check the account and the licence key/],
    ['no such edition', () => ({ status: 404 }), /answered 404: check the name/],
    ['too many downloads', () => ({ status: 429 }), /try tomorrow/],
    ['redirects without end', () => ({ status: 302, location: '/again' }), /more than 5 redirects/],
    ['a wrong sum', (r) => ({ body: isSum(r) ? sum(database) : archive }), /the download is damaged/],
    ['no gzip', (r) => ({ body: isSum(r) ? sum(database) : database }), /no whole gzip file/],
    ['half an archive', (r) => half(r, archive), /no whole gzip file/],
    ['no database in it', (r) => other(r, gzipSync(tarred('a/b.txt', database))), /no \.mmdb file in the archive/],
    [
      'a broken database',
      (r) => other(r, gzipSync(tarred('a/b.mmdb', database.subarray(9)))),
      /not installed: .*bad-database/,
    ],
  ])('%s: the file that is there stays', async (_, what, message) => {
    const file = join(folder, 'GeoLite2-City.mmdb');
    await writeFile(file, 'the old one');
    answer = what;
    const { code, errors } = await geodb(['--edition', 'GeoLite2-City'], KEY);
    expect([code, errors]).toEqual([1, expect.stringMatching(message)]);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(errors).not.toContain('secret');
    expect(await readFile(file, 'utf8')).toBe('the old one');
    expect(await readdir(folder)).toEqual(['GeoLite2-City.mmdb']);
  });
});

test.each([
  [['--edition', 'GeoLite2-City'], {}, /needs MAXMIND_ACCOUNT_ID and MAXMIND_LICENSE_KEY/],
  [['--edition', 'GeoLite3'], KEY, /no edition of MaxMind's is called GeoLite3/],
  [['--editoin'], {}, /editoin/],
  [
    ['--edition', 'GeoLite2-ASN'],
    { ...KEY, MAXMIND_URL: 'http://127.0.0.1:1' },
    /cannot download from http:\/\/127\.0\.0\.1:1/,
  ],
])('%j fails and says why', async (args, environment, message) => {
  const { code, errors } = await geodb(args, environment as Record<string, string>);
  expect([code, errors]).toEqual([1, expect.stringMatching(message)]);
});

test("DB-IP's database of the month", async () => {
  const seen: string[] = [];
  answer = ({ url = '' }) => {
    seen.push(url);
    return { body: gzipSync(database) };
  };
  expect(await geodb(['--dbip'])).toMatchObject({ code: 0 });
  expect(seen).toEqual([expect.stringMatching(/^\/free\/dbip-city-lite-\d{4}-\d{2}\.mmdb\.gz$/)]);
  expect((await readFile(join(folder, 'dbip-city-lite.mmdb'))).equals(database)).toBe(true);
});

test('a tar archive cut short has no file, wherever it is cut', () => {
  const whole = tarred('a/b.mmdb', database);
  expect(fileInTar(whole, '.mmdb')?.equals(database)).toBe(true);
  for (let length = 0; length < 512 + database.length; length += 17) {
    expect(fileInTar(whole.subarray(0, length), '.mmdb')).toBeUndefined();
  }
});

function half(request: IncomingMessage, bytes: Buffer) {
  return other(request, bytes.subarray(0, bytes.length >> 1));
}

function other(request: IncomingMessage, bytes: Buffer) {
  return { body: isSum(request) ? sum(bytes) : bytes };
}

/** A file as a tar archive has it: a header of 512 octets, then whole blocks. */
function tarred(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding]);
}
