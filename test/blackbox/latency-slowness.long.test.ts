import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished, test } from 'vitest';
import { runExplain } from '../../src/cli/explain.ts';
import { freePort, startAya, until } from '../support/aya.ts';
import { zone } from './zone.ts';

const NEAR = '192.0.2.1';
const FAR = '192.0.2.2';

/** Probes after which it is known what they usually take, and some. */
const PROBES_KNOWN = 20;

/** In Germany, by the database that comes with Aya. */
const GERMAN = '80.128.7.0/24';

/** What the probes of a region ask: a server that takes as long as it is told to. */
class SlowServer {
  delayMs = 0;
  requests = 0;
  readonly #server = createServer(async (_request, response) => {
    this.requests++;
    await setTimeout(this.delayMs);
    response.end('ok');
  });

  static async start(): Promise<SlowServer> {
    const slow = new SlowServer();
    slow.#server.listen(0, '127.0.0.1');
    await once(slow.#server, 'listening');
    onTestFinished(() => {
      slow.#server.close();
      slow.#server.closeAllConnections();
    });
    return slow;
  }

  get place(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

async function explained(server: string): Promise<string> {
  const said: string[] = [];
  const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
  await runExplain(['www.example.com', '--from', '80.128.7.9', '--server', server], io);
  return said.join('\n');
}

test('a region that its probes find slow loses clients who have another about as near', {
  timeout: 60_000,
}, async () => {
  const [near, far] = [await SlowServer.start(), await SlowServer.start()];
  const asked = await freePort();
  await using aya = await startAya(`
geo: { databases: [geodb/country.mmdb] }
admin: { listen: "127.0.0.1:${asked}" }
latency: { period: 1s, exploration: 0, file: learned }
regions:
  paris: { location: [48.9, 2.4], country: FR }
  dublin: { location: [53.3, -6.3], country: IE }
probes: { web: { http: {}, interval: 300ms } }
policies: { quick: [fastest] }
services:
  web:
    policy: quick
    probe: web
    endpoints: { paris: { a: ${NEAR}, check: "${near.place}" }, dublin: { a: ${FAR}, check: "${far.place}" } }
${zone('www SERVICE web')}`);
  const isAnswered = (address: string): Promise<boolean> =>
    until(async () => (await aya.ask({ name: 'www.example.com', subnet: GERMAN })).addresses.join() === address);
  await until(() => Math.min(near.requests, far.requests) >= PROBES_KNOWN);
  await isAnswered(NEAR);
  near.delayMs = 150;
  await isAnswered(FAR);
  // On a busy machine a probe may be slow by itself, but not by so much.
  const said = /paris: [\d.]+ ms, \d{3}(\.\d)? of them as its probes are slow/;
  await until(async () => said.test(await explained(`http://127.0.0.1:${asked}`)));
});
