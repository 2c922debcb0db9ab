import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, until } from '../support/aya.ts';
import { UdpClient } from '../support/dns-client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The world of `npm start`, on ports that are free here. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'aya-demo-'));
  readonly file = join(this.folder, 'demo.yaml');
  /** By the port in config/demo.yaml. */
  readonly #ports = new Map<number, number>();

  async make(): Promise<void> {
    const config = readFileSync(join(ROOT, 'config/demo.yaml'), 'utf8');
    const written = [...config.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    for (const port of new Set(written)) {
      this.#ports.set(port, await until(async () => [await freePort()].find((free) => !this.#isTaken(free))));
    }
    mkdirSync(join(this.folder, 'zones'));
    copyFileSync(join(ROOT, 'config/zones/demo.zone'), join(this.folder, 'zones/demo.zone'));
    writeFileSync(
      this.file,
      config.replace(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${this.port(Number(port))}`),
    );
  }

  port(inSample: number): number {
    return this.#ports.get(inSample) ?? 0;
  }

  #isTaken(port: number): boolean {
    return [...this.#ports.values()].includes(port);
  }
}

/** A demo that runs. */
class Demo {
  readonly #child: ChildProcess;
  out = '';
  err = '';
  readonly exited: Promise<number | null>;

  constructor(file: string) {
    // What the test runner wants of its own output is not the demo's concern.
    const { FORCE_COLOR: _, ...env } = process.env;
    this.#child = spawn(process.execPath, ['scripts/demo.ts', file], { cwd: ROOT, env });
    this.#child.stdout?.on('data', (chunk) => {
      this.out += chunk;
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.err += chunk;
    });
    this.exited = once(this.#child, 'close').then(([code]) => code as number | null);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async says(text: string): Promise<void> {
    await until(() => this.out.includes(text)).catch(() => expect(`${this.out}${this.err}`).toContain(text));
  }
}

const world = new World();
let demo: Demo;
let client: UdpClient;

beforeAll(async () => {
  await world.make();
  demo = new Demo(world.file);
  client = await UdpClient.open(world.port(5300));
  await demo.says('Ctrl-C stops.');
});

afterAll(async () => {
  demo.kill('SIGKILL');
  await client[Symbol.asyncDispose]();
  rmSync(world.folder, { recursive: true });
});

async function addressFor(subnet: string, name = 'www.example.com'): Promise<string> {
  const { addresses } = await client.ask({ name, subnet });
  return addresses.join();
}

function region(port: number, path: string, method = 'GET'): Promise<Response> {
  return fetch(`http://127.0.0.1:${world.port(port)}${path}`, { method });
}

/** The commands of the README's session, each with the line it printed. */
function readSession(): readonly (readonly [command: string, result: string])[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const [session = ''] = blocks.filter((block) => block.includes('/fail'));
  const steps = [...session.matchAll(/^\$ (.*)\n([^$\n].*)$/gm)];
  expect(steps.length).toBeGreaterThan(4);
  return steps.map(([, command = '', result = '']) => [command, result]);
}

describe('the demo', () => {
  it('prints what is up, and commands with this very world in them, without colours where nobody sees them', () => {
    expect(demo.out).toContain(`Aya answers for example.com at 127.0.0.1 port ${world.port(5300)}, UDP and TCP`);
    expect(demo.out).toContain(`ap-tokyo      192.0.2.30  2001:db8::30   http://127.0.0.1:${world.port(5303)}`);
    expect(demo.out).toContain(`curl -X POST http://127.0.0.1:${world.port(5303)}/fail`);
    expect(demo.out).not.toContain('\u001b');
    expect(demo.err).toBe('');
  });

  it('prints for each country the answer that the same query gets from elsewhere', async () => {
    const printed = [...demo.out.matchAll(/\+subnet=(\S+) +# (.+): (\S+), (\S+)$/gm)];
    expect(printed.map(([, , country, , region]) => `${country}: ${region}`)).toEqual([
      'Japan: ap-tokyo',
      'Germany: eu-west',
      'the United States: us-east',
      'Brazil: sa-saopaulo',
      'South Africa: af-capetown',
    ]);
    for (const [, subnet = '', , address] of printed) expect(await addressFor(subnet)).toBe(address);
  });

  it.each([
    ['2a01:e00::/28', 'www.example.com', '192.0.2.20'], // France
    ['193.99.144.0/24', 'shop.example.com', '192.0.2.20'], // a CNAME to www
    ['193.99.144.0/24', 'example.com', '192.0.2.20'],
    ['198.51.100.7/32', 'app.example.com', '192.0.2.41'], // the office
    ['134.226.0.0/16', 'app.example.com', '192.0.2.21'], // Ireland
    ['14.139.0.0/16', 'app.example.com', '192.0.2.31'], // India
    ['137.158.0.0/16', 'app.example.com', '192.0.2.11'], // everyone else
  ])('answers %s for %s with %s', async (subnet, name, address) => {
    expect(await addressFor(subnet, name)).toBe(address);
  });

  it('splits beta by weight', async () => {
    let inUsEast = 0;
    // One after the other: 400 at once are more than a socket's buffer may hold.
    for (let asked = 0; asked < 400; asked++) {
      if ((await addressFor('0.0.0.0/0', 'beta.example.com')) === '192.0.2.12') inUsEast++;
    }
    expect(inUsEast).toBeGreaterThan(240); // 300 expected; 240 is 7 standard deviations off
    expect(inUsEast).toBeLessThan(360);
  });

  it('lets a region fail and recover, and says in plain words what that does', async () => {
    const japan = '133.11.0.0/16';
    expect(await (await region(5303, '/fail', 'POST')).text()).toBe('ap-tokyo fails its health checks\n');
    expect((await region(5303, '/healthz')).status).toBe(503);
    await until(async () => (await addressFor(japan)) === '192.0.2.20');
    await demo.says('clients in Japan now get 192.0.2.20, eu-west\n');
    expect(demo.out).toMatch(/^\d\d:\d\d:\d\d {2}ap-tokyo was told to fail$/m);
    expect(demo.out.match(/^\d\d:\d\d:\d\d {2}ap-tokyo is down: status 503, expected 200$/gm)).toHaveLength(1);

    expect(await (await region(5303, '/recover', 'POST')).text()).toBe('ap-tokyo passes its health checks\n');
    await until(async () => (await addressFor(japan)) === '192.0.2.30');
    await demo.says('clients in Japan now get 192.0.2.30, ap-tokyo\n');
    expect(demo.out.match(/^\d\d:\d\d:\d\d {2}ap-tokyo is up again$/gm)).toHaveLength(1);
  });

  it('does what the session in the README shows', async () => {
    for (const [command, result] of readSession()) {
      const [, name = '', subnet = ''] = /^dig .* \+short (\S+) \+subnet=(\S+)$/.exec(command) ?? [];
      const [, port, path = ''] = /^curl -X POST http:\/\/127\.0\.0\.1:(\d+)(\S+)$/.exec(command) ?? [];
      if (name !== '') await until(async () => (await addressFor(subnet, name)) === result);
      else expect(await (await region(Number(port), path, 'POST')).text()).toBe(`${result}\n`);
    }
  });

  it.each([
    ['GET', '/', 200, 'us-east passes its health checks'],
    ['GET', '/healthz?x', 200, 'us-east passes its health checks'],
    ['GET', '/fail', 405, 'so it takes a POST: curl -X POST http://127.0.0.1:'],
    ['GET', '/recover', 405, 'so it takes a POST: curl -X POST http://127.0.0.1:'],
    ['POST', '/healthz', 405, '/healthz takes a GET'],
    ['GET', '/favicon.ico', 404, 'POST /fail'],
  ])('has regions that answer %s %s with %i', async (method, path, status, text) => {
    const response = await region(5301, path, method);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(text);
  });

  it('reads a changed zone file again, and a broken one not', async () => {
    const zoneFile = join(world.folder, 'zones/demo.zone');
    const zone = readFileSync(zoneFile, 'utf8');
    writeFileSync(zoneFile, zone.replace('the demo of Aya', 'changed'));
    await demo.says('what was changed is in force');
    expect((await client.ask({ name: 'example.com', type: 'TXT' })).answers.join()).toContain('changed');
    writeFileSync(zoneFile, zone.replace('mail     IN A     192.0.2.25', 'mail     IN A     192.0.2.256'));
    await demo.says('reload refused; serving what was served before');
    expect(demo.out).toMatch(/reload refused: .*zones\/demo\.zone:\d+:\d+: bad-rdata: found '192\.0\.2\.256'/);
    writeFileSync(zoneFile, zone);
  });

  it.each([
    ['ports that are taken', () => world.file, /^demo: 127\.0\.0\.1 port \d+, for us-east, is taken\..*\n$/],
    ['a file that is not there', () => join(world.folder, 'none.yaml'), /^demo: .*none\.yaml: no-such-file: .*\n$/],
  ])('ends with one line for %s', async (_, file, line) => {
    const second = new Demo(file());
    expect(await second.exited).toBe(1);
    expect(second.err).toMatch(line);
    expect(second.out).toBe('');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('stops at %s, with exit code 0', async (signal) => {
    demo.kill(signal);
    expect(await demo.exited).toBe(0);
    expect(demo.err).toBe('');
    // On the same ports: nothing is left of the first.
    demo = new Demo(world.file);
    await demo.says('Ctrl-C stops.');
  });
});
