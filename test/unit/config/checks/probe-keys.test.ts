import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

const token = 'a-secret-of-16-or-more';

function world(probe: string): string {
  return `probes:
  page: { http: {} }
  web: ${probe}
regions: { eu: {} }
policies: { p: [weighted] }
services: { s: { policy: p, probe: web, endpoints: { eu: { a: 192.0.2.1 } } } }
zones: { example.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS ns.example.net.\\nwww SERVICE s\\n" } }
`;
}

test.each([
  ['a combined probe', '{ all: [page] }', []],
  ['a schedule of its own', '{ any: [page], interval: 5s, fall: 3 }', ["'interval'", "'fall'"]],
  ['flaps', '{ atLeast: { up: 1, of: [page] }, flaps: {} }', ["'flaps'"]],
  ['a time-out of what is told', `{ push: { token: ${token} }, timeout: 1s, fall: 3 }`, ["'timeout'"]],
  ['an address to probe from, for a command', '{ exec: { command: [/bin/sh] }, source: 127.0.0.1 }', ["'source'"]],
])('keys that would be passed over: %s', async (_name, probe, keys) => {
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': world(probe) }), 'aya.yaml'));
  const found = loaded.ok ? [] : loaded.problems;
  expect(found.map(({ line, code, found }) => `${line} ${code} ${found}`)).toEqual(
    keys.map((key) => `3 unknown-key ${key}`),
  );
});
