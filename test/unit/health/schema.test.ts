import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { probeSchema } from '../../../src/health/schema.ts';

const schedule = { intervalMs: 10_000, timeoutMs: 2_000, jitter: 0, fall: 2, rise: 2, ok: 1, source: [] };
const httpDefaults = {
  path: '/',
  status: [[200, 200]],
  host: undefined,
  method: 'GET',
  headers: {},
  body: undefined,
  redirects: 0,
};
const certificate = { verify: true, daysLeft: 0, ca: undefined };

const KINDS = 'http, https, tcp, tls, icmp, dns, grpc, exec, push, file, all, any, atLeast';
const STATUS = 'an HTTP status from 200 to 599, a range such as 200-299, or a list of them';
const ONE_KIND = `exactly one of ${KINDS}`;

describe('accepts', () => {
  test.each([
    ['http with nothing said', { http: {} }, { kind: 'http', port: 80, ...httpDefaults, ...schedule }],
    [
      'https with nothing said',
      { https: {} },
      { kind: 'https', port: 443, sni: undefined, ...certificate, ...httpDefaults, ...schedule },
    ],
    ['tcp', { tcp: { port: 53 } }, { kind: 'tcp', port: 53, ...schedule }],
    [
      'everything said',
      {
        https: {
          port: 8443,
          path: '/healthz?deep=1',
          status: [204, 200, 204],
          host: 'app.example:8443',
          method: 'OPTIONS',
          headers: { Authorization: 'Bearer x y' },
          verify: false,
          body: { matches: 'o+k' },
          redirects: 2,
          sni: 'tls.example',
          daysLeft: 14,
          ca: '/etc/ca.pem',
        },
        jitter: '10%',
        ok: 10,
        flaps: {},
        source: ['192.0.2.1', '2001:db8::1'],
        interval: '1m30s',
        timeout: 1.5,
        fall: 3,
        rise: 5,
      },
      {
        kind: 'https',
        port: 8443,
        path: '/healthz?deep=1',
        status: [
          [200, 200],
          [204, 204],
        ],
        host: 'app.example:8443',
        method: 'OPTIONS',
        headers: { Authorization: 'Bearer x y' },
        verify: false,
        body: { matches: 'o+k' },
        redirects: 2,
        sni: 'tls.example',
        daysLeft: 14,
        ca: '/etc/ca.pem',
        jitter: 0.1,
        ok: 10,
        flaps: { halfLifeMs: 300_000, suppress: 6, reuse: 3 },
        source: ['192.0.2.1', '2001:db8::1'],
        intervalMs: 90_000,
        timeoutMs: 1_500,
        fall: 3,
        rise: 5,
      },
    ],
    [
      'a combined probe: what is said of others counts at once',
      { atLeast: { up: 2, of: ['a', 'b', { service: 'c' }] } },
      {
        kind: 'combined',
        atLeast: 2,
        of: [{ probe: 'a' }, { probe: 'b' }, { service: 'c' }],
        ...{ ...schedule, source: undefined, fall: 1, rise: 1 },
      },
    ],
    [
      'a preset, and its port',
      { tls: { preset: 'mysql' } },
      { kind: 'tls', preset: 'mysql', port: 3306, ...certificate, ...schedule },
    ],
    [
      'a default time-out cut to a short interval',
      { tcp: { port: 1 }, interval: '1s' },
      { kind: 'tcp', port: 1, ...schedule, intervalMs: 1_000, timeoutMs: 1_000 },
    ],
  ])('%s', (_name, input, output) => {
    expect(probeSchema.parse(input)).toEqual(output);
  });
});

describe('refuses, saying what is expected', () => {
  const tcp = { port: 1 };
  test.each([
    ['no kind', {}, '', ONE_KIND],
    ['two kinds', { http: {}, tcp }, '', ONE_KIND],
    ['no map', 'http', '', `a probe: a map with one of ${KINDS}`],
    ['no options', { http: null }, 'http', 'a map of options such as { port: 8080 }'],
    ['an unknown key', { tcp, intervl: 1 }, '', 'Unrecognized key: "intervl"'],
    ['an unknown option', { tcp: { port: 1, path: '/' } }, 'tcp', 'Unrecognized key: "path"'],
    ['verify on plain http', { http: { verify: false } }, 'http', 'Unrecognized key: "verify"'],
    ['tcp without a port', { tcp: {} }, 'tcp.port', 'a port from 1 to 65535'],
    ['port 0', { http: { port: 0 } }, 'http.port', 'a port from 1 to 65535'],
    ['port 65536', { tcp: { port: 65_536 } }, 'tcp.port', 'a port from 1 to 65535'],
    ['a relative path', { http: { path: 'healthz' } }, 'http.path', 'a path that begins with /, without spaces or #'],
    [
      'a path that ends the line',
      { http: { path: '/ HTTP/1.1\r\nx: y' } },
      'http.path',
      'a path that begins with /, without spaces or #',
    ],
    ['status 100', { http: { status: 100 } }, 'http.status', STATUS],
    ['an empty list', { http: { status: [] } }, 'http.status', STATUS],
    ['method POST', { http: { method: 'POST' } }, 'http.method', 'GET, HEAD or OPTIONS'],
    ['a host with a path', { http: { host: 'a/b' } }, 'http.host', 'a host name, with :port where it is wanted'],
    [
      'Host among the headers',
      { http: { headers: { Host: 'x' } } },
      'http.headers.Host',
      'the name of a header that is not about the connection; for Host, the key host beside headers',
    ],
    [
      'a value of two lines',
      { http: { headers: { a: 'b\r\nc: d' } } },
      'http.headers.a',
      'a header value of printable ASCII',
    ],
    ['a bare number as text', { tcp, interval: '5' }, 'interval', 'a duration such as 5s or 500ms'],
    ['an interval too short', { tcp, interval: '99ms' }, 'interval', 'a duration from 100ms to 1h'],
    ['a time-out too short', { tcp, timeout: '9ms' }, 'timeout', 'a duration from 10ms to 1m'],
    [
      'a time-out over the interval',
      { tcp, interval: '1s', timeout: '2s' },
      'timeout',
      'a timeout no longer than the interval of 1 s',
    ],
    ['fall 0', { tcp, fall: 0 }, 'fall', 'a whole number from 1 to 100'],
    [
      'a body check of nothing',
      { http: { body: {} } },
      'http.body',
      'exactly one of contains, matches, or json with equals',
    ],
    [
      'a value without path',
      { http: { body: { equals: 1 } } },
      'http.body',
      'exactly one of contains, matches, or json with equals',
    ],
    [
      'a body of a HEAD',
      { http: { method: 'HEAD', body: { contains: 'a' } } },
      'http.body',
      'no body check with method HEAD',
    ],
    ['no expression', { http: { body: { matches: '(' } } }, 'http.body.matches', 'a regular expression'],
    [
      'an expression that can blow up',
      { http: { body: { matches: '(a+)+' } } },
      'http.body.matches',
      'a regular expression whose time is bounded: this one has a repetition within a repetition',
    ],
    [
      'no path into JSON',
      { http: { body: { json: 'a..b', equals: 1 } } },
      'http.body.json',
      'a path such as status or checks[0].state',
    ],
    [
      'a preset with something to send',
      { tcp: { preset: 'redis', send: 'x' } },
      'tcp.preset',
      'either a preset, or send and expect',
    ],
    ['tls without port', { tls: {} }, 'tls.port', 'a port from 1 to 65535'],
    ['an unknown preset', { tcp: { preset: 'oracle' } }, 'tcp.preset', 'one of postgresql, mysql, redis'],
    ['a file without path', { file: { path: '' } }, 'file.path', 'the path of a file'],
    ['a command that is no path', { exec: { command: [1] } }, 'exec.command.0', 'the path of a file'],
    ['a token that is short', { push: { token: 'short' } }, 'push.token', 'a secret of 16 to 256 printable characters'],
    [
      'an address that is no A record',
      { dns: { name: 'a', expect: '::1' } },
      'dns.expect',
      'an IPv4 address, as answers of type A are',
    ],
    ['too many of too few', { atLeast: { up: 3, of: ['a', 'b'] } }, 'atLeast.up', 'no more than there are parts'],
    ['all of nothing', { all: [] }, 'all', 'a list of at least one: the name of a probe, or { service: name }'],
    ['a jitter of more than half', { tcp, jitter: '60%' }, 'jitter', 'a part of the interval, from 0% to 50%'],
    [
      'two sources of one family',
      { tcp, source: ['192.0.2.1', '192.0.2.2'] },
      'source',
      'an IP address of this machine, or one of each family',
    ],
    ['a penalty that never ends', { tcp, flaps: { suppress: 2, reuse: 2 } }, 'flaps.reuse', 'less than suppress'],
    ['ok 0', { tcp, ok: 0 }, 'ok', 'a whole number from 1 to 100'],
    ['rise 1.5', { tcp, rise: 1.5 }, 'rise', 'a whole number from 1 to 100'],
  ])('%s', (_name, input, path, message) => {
    const issues = probeSchema.safeParse(input).error?.issues.map((issue) => [issue.path.join('.'), issue.message]);
    expect(issues).toEqual([[path, message]]);
  });
});

test('every key of the JSON Schema has a description', () => {
  const undescribed: string[] = [];
  const walk = (node: z.core.JSONSchema.BaseSchema, at: string): void => {
    for (const [key, child] of Object.entries(node.properties ?? {})) {
      if (typeof child === 'boolean') continue;
      if (child.description === undefined) undescribed.push(`${at}${key}`);
      walk(child, `${at}${key}.`);
    }
  };
  const root = z.toJSONSchema(probeSchema, { io: 'input' });
  walk(root, '');
  expect(Object.keys(root.properties ?? {})).toEqual([
    ...KINDS.split(', '),
    ...['interval', 'timeout', 'fall', 'rise', 'ok', 'jitter', 'flaps', 'source'],
  ]);
  expect(undescribed).toEqual([]);
});

test('mistakes of one probe do not hide each other', () => {
  const written = { http: { port: 0 }, tcp: { port: 80 }, interval: '1s', timeout: '2s', fall: 0, extra: true };
  const issues = probeSchema.safeParse(written).error?.issues ?? [];
  expect(issues.map(({ path, code, message }) => [path.join('.'), code, message])).toEqual(
    expect.arrayContaining([
      ['http.port', 'too_small', 'a port from 1 to 65535'],
      ['', 'custom', ONE_KIND],
      ['timeout', 'custom', 'a timeout no longer than the interval of 1 s'],
      ['fall', 'too_small', expect.any(String)],
      ['', 'unrecognized_keys', expect.any(String)],
    ]),
  );
});
