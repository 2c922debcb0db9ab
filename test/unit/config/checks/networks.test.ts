import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { folderWith } from '../folder.ts';

async function problemsOf(network: string) {
  const text = `
geo: { networks: { office: "${network}" } }
regions: { eu: {} }
policies: { w: [weighted] }
services: { web: { policy: w, endpoints: { eu: { a: 192.0.2.1 } } } }
zones: { e.com: { records: "@ 60 SOA a b 1 2 3 4 5\\n@ 60 NS a.example.net.\\nwww SERVICE web\\n" } }
`;
  const loaded = await loadConfig(join(folderWith({ 'aya.yaml': text }), 'aya.yaml'));
  return loaded.ok ? [] : loaded.problems.map(({ code, line, expected }) => ({ code, line, expected }));
}

const why = (network: string) => `addresses in ${network} carry IPv4 addresses, and are looked up by those`;

it.each([
  ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
  ['64:ff9b::192.0.2.0/120', '192.0.2.0/24'],
  ['2002:c000:200::/40', '192.0.2.0/24'],
  ['2001::/32', 'the IPv4 networks that are meant'],
])('a network that no client is ever found in is refused: %s', async (network, instead) => {
  expect(await problemsOf(network)).toEqual([{ code: 'bad-prefix', line: 2, expected: `${instead}: ${why(network)}` }]);
});

it.each(['192.0.2.0/24', '2001:db8::/32', '::/0', '::1'])('one that has others is not: %s', async (network) => {
  expect(await problemsOf(network)).toEqual([]);
});
