import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { probeSchema } from '../../../src/health/schema.ts';

const schedule = { intervalMs: 10_000, timeoutMs: 2_000, fall: 2, rise: 2 };
const httpDefaults = { path: '/', status: [200], host: undefined, method: 'GET', headers: {} };

describe('accepts', () => {
  test.each([
    ['http with nothing said', { http: {} }, { kind: 'http', port: 80, ...httpDefaults, ...schedule }],
    [
      'https with nothing said',
      { https: {} },
      { kind: 'https', port: 443, verify: true, ...httpDefaults, ...schedule },
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
          method: 'HEAD',
          headers: { Authorization: 'Bearer x y' },
          verify: false,
        },
        interval: '1m30s',
        timeout: 1.5,
        fall: 3,
        rise: 5,
      },
      {
        kind: 'https',
        port: 8443,
        path: '/healthz?deep=1',
        status: [200, 204],
        host: 'app.example:8443',
        method: 'HEAD',
        headers: { Authorization: 'Bearer x y' },
        verify: false,
        intervalMs: 90_000,
        timeoutMs: 1_500,
        fall: 3,
        rise: 5,
      },
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
    ['no kind', {}, '', 'exactly one of http, https, tcp'],
    ['two kinds', { http: {}, tcp }, '', 'exactly one of http, https, tcp'],
    ['no map', 'http', '', 'a probe: a map with one of http, https, tcp'],
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
    ['status 100', { http: { status: 100 } }, 'http.status', 'an HTTP status from 200 to 599, or a list of them'],
    ['an empty list', { http: { status: [] } }, 'http.status', 'an HTTP status from 200 to 599, or a list of them'],
    ['method POST', { http: { method: 'POST' } }, 'http.method', 'GET or HEAD'],
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
  expect(Object.keys(root.properties ?? {})).toEqual(['http', 'https', 'tcp', 'interval', 'timeout', 'fall', 'rise']);
  expect(undescribed).toEqual([]);
});

test('mistakes of one probe do not hide each other', () => {
  const written = { http: { port: 0 }, tcp: { port: 80 }, interval: '1s', timeout: '2s', fall: 0, extra: true };
  const issues = probeSchema.safeParse(written).error?.issues ?? [];
  expect(issues.map(({ path, code, message }) => [path.join('.'), code, message])).toEqual(
    expect.arrayContaining([
      ['http.port', 'too_small', 'a port from 1 to 65535'],
      ['', 'custom', 'exactly one of http, https, tcp'],
      ['timeout', 'custom', 'a timeout no longer than the interval of 1 s'],
      ['fall', 'too_small', expect.any(String)],
      ['', 'unrecognized_keys', expect.any(String)],
    ]),
  );
});
