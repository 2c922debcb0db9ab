import { expect, test } from 'vitest';
import { freePort, startAya, until } from '../support/aya.ts';
import { answered, EAST, WEST } from './operated.ts';
import { Region } from './region.ts';
import { zone } from './zone.ts';

const [WEST_CHECK, EAST_CHECK] = ['127.62.0.1', '127.62.0.2'];

function world(port: number, endpoints: string, ttl = 1): string {
  return `
regions: { west: {}, east: {}, north: {} }
probes: { web: { http: { port: ${port} }, interval: 200ms, fall: 1, rise: 1 } }
policies: { split: [weighted] }
services: { web: { policy: split, probe: web, ttl: ${ttl}, answers: 3, whenAllDown: lastGood, endpoints: { ${endpoints} } } }
${zone('www SERVICE web')}`;
}

test('what was up last is remembered over reloads, of endpoints that stay', async () => {
  const port = await freePort();
  await using west = await Region.start(WEST_CHECK, port);
  await using east = await Region.start(EAST_CHECK, port);
  const both = `west: { a: ${WEST}, check: "${WEST_CHECK}:${port}" }, east: { a: ${EAST}, check: "${EAST_CHECK}:${port}" }`;
  const answers = (addresses: string) => until(async () => (await answered(aya)) === addresses);
  await using aya = await startAya(world(port, both));
  await answers(`${WEST} ${EAST}`);
  await east.die();
  await answers(WEST);
  await west.die();
  await aya.waitFor(({ endpoint, to }) => endpoint === 'west' && to === 'down');
  expect(await answered(aya)).toBe(WEST);
  await aya.configure(world(port, both, 2));
  await aya.reload();
  expect(await answered(aya)).toBe(WEST);
  // An endpoint before the others has another place in what is compiled.
  await aya.configure(world(port, `north: { a: 192.0.2.3, check: "127.62.0.3:${port}" }, ${both}`));
  await aya.reload();
  expect(await answered(aya)).toBe(WEST);
});
