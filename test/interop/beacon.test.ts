import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runLatency } from '../../src/cli/latency.ts';
import { zone } from '../blackbox/zone.ts';
import { freePort, startAya, until } from '../support/aya.ts';
import { describeWith } from '../support/programs.ts';
import { serving } from '../unit/control/latency/served.ts';
import { browse, serveHttp } from './browser.ts';

/** A region so far away: its answers come so late. */
const region = (awayMs: number) =>
  serveHttp(async (_request, response) => {
    await setTimeout(awayMs);
    response.end('x');
  });

/** A region that takes requests and answers none. */
const hungRegion = () => serveHttp(() => {});

describeWith(['chromium'], 'the script for browsers', () => {
  test('measures regions from a page of somebody else, and reports, whichever of them hangs', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    await using near = await region(15);
    await using far = await region(90);
    await using hung = await hungRegion();
    await using aya = await startAya(`
admin: { socket: admin.sock }
latency:
  listen: "127.0.0.1:${port}"
  file: learned
  objects: { near: "http://127.0.0.1:${near.port}/dot", far: "http://127.0.0.1:${far.port}/dot?of=far", hung: "http://127.0.0.1:${hung.port}/dot" }
regions: { near: { location: [53.3, -6.3] }, far: { location: [35.7, 139.7] }, hung: { location: [38.9, -77.0] } }
policies: { quick: [fastest] }
services: { web: { policy: quick, endpoints: { near: { a: 192.0.2.1 }, far: { a: 192.0.2.2 } } } }
${zone('www SERVICE web')}`);
    await aya.waitFor(({ msg }) => msg === 'latency listening');
    const script = await (await fetch(`http://127.0.0.1:${port}/latency/beacon.js`)).text();
    expect(script.length).toBeLessThan(2048);
    await using page = await serveHttp((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<p>hello</p><script async src="http://127.0.0.1:${port}/latency/beacon.js"></script>`);
    });
    await using _browser = browse(`http://localhost:${page.port}/`);
    const rows = await until(async () => {
      const lines: string[] = [];
      const io = { out: (line: string) => void lines.push(line), err: () => {} };
      await runLatency(['export', '--config', join(aya.folder, 'aya.yaml')], io);
      return lines.length === 3 && lines.slice(1).map((line) => line.split(','));
    });
    const times = new Map(rows.map(([place, name, , ms]) => [`${place} ${name}`, Number(ms)]));
    expect([...times.keys()].sort()).toEqual(['127.0.0.0/24 far', '127.0.0.0/24 near']);
    expect(times.get('127.0.0.0/24 near')).toBeGreaterThanOrEqual(14);
    expect(times.get('127.0.0.0/24 far')).toBeGreaterThanOrEqual(89);
  });
});

/** A page of another site that loads the script of a server, and what it tells: its errors, and whatever it finds to say. */
async function paged(scriptPort: number, policy: string, markup = '') {
  const { promise: said, resolve: say } = Promise.withResolvers<string>();
  const page = await serveHttp((request, response) => {
    if (request.url?.startsWith('/said?')) say(decodeURIComponent(request.url.slice('/said?'.length)));
    response.setHeader('content-type', 'text/html');
    if (policy !== '') response.setHeader('content-security-policy', policy);
    response.end(`<p>hello</p><script>
      const say = (what) => fetch('/said?' + encodeURIComponent(what));
      addEventListener('error', ({ message }) => say('error ' + message));
      addEventListener('unhandledrejection', ({ reason }) => say('rejection ' + reason));
      ${markup}
    </script><script async src="http://127.0.0.1:${scriptPort}/latency/beacon.js"></script>`);
  });
  return { said, url: `http://localhost:${page.port}/`, [Symbol.asyncDispose]: () => page[Symbol.asyncDispose]() };
}

const dot = ({ port }: { readonly port: number }): string => `http://127.0.0.1:${port}/dot`;

describeWith(['chromium'], 'the script, on a page', () => {
  const timeout = 60_000;

  test('that is left in the middle reports what it has measured', { timeout }, async () => {
    await using near = await region(15);
    const { promise: isWaiting, resolve: wait } = Promise.withResolvers<void>();
    await using hung = await serveHttp(() => wait());
    // The script draws their order: of two of which one hangs, the first is measured in half of the pages.
    using server = await serving({
      objects: new Map([
        ['near', dot(near)],
        ['hung', dot(hung)],
      ]),
    });
    const taking = server.taking();
    await using page = await paged(server.port, '', 'setTimeout(() => location.reload(), 500);');
    await using _browser = browse(page.url);
    await isWaiting;
    await taking;
    expect([server.taken[0]?.region, server.refused]).toEqual(['near', []]);
  });

  test('measures two regions that are equal, beside one that is down, without an error in the page', {
    timeout,
  }, async () => {
    await using one = await region(30);
    await using other = await region(30);
    const down = await freePort();
    const objects = new Map([
      ['one', dot(one)],
      ['other', dot(other)],
      ['down', dot({ port: down })],
    ]);
    using server = await serving({ objects });
    const taking = server.taking();
    await using page = await paged(server.port, '');
    await using _browser = browse(page.url);
    expect(await Promise.race([taking, page.said])).toEqual([]);
    expect(server.taken.map(({ region: name }) => name).sort()).toEqual(['one', 'other']);
    for (const { rttMs } of server.taken) expect(rttMs).toBeGreaterThanOrEqual(29);
  });

  test('does as its content security policy says', { timeout }, async () => {
    await using near = await region(15);
    using server = await serving({ objects: new Map([['near', dot(near)]]) });
    const script = `script-src 'unsafe-inline' http://127.0.0.1:${server.port}`;
    const taking = server.taking();
    // Without a word of the regions and of us: nothing is measured, and nothing of the page breaks.
    const watch = "addEventListener('securitypolicyviolation', (event) => say('blocked ' + event.effectiveDirective));";
    await using closed = await paged(server.port, `${script}; connect-src 'self'`, watch);
    await using _first = browse(closed.url);
    expect(await closed.said).toBe('blocked connect-src');
    expect(server.taken).toEqual([]);
    const connect = `connect-src 'self' http://127.0.0.1:${near.port} http://127.0.0.1:${server.port}`;
    await using open = await paged(server.port, `${script}; ${connect}`, watch);
    await using _second = browse(open.url);
    expect(await Promise.race([taking, open.said])).toEqual([]);
    expect(server.taken.map(({ region: name }) => name)).toEqual(['near']);
  });

  test('counts neither connecting nor reading where the region allows it to be seen', { timeout }, async () => {
    await using slow = await serveHttp(async (_request, response) => {
      await setTimeout(20);
      response.writeHead(200, { 'timing-allow-origin': '*', 'content-length': 2 }).write('x');
      await setTimeout(1000);
      response.end('x');
    });
    using server = await serving({ objects: new Map([['slow', dot(slow)]]) });
    const taking = server.taking();
    await using page = await paged(server.port, '');
    await using _browser = browse(page.url);
    await taking;
    expect(server.taken[0]?.rttMs).toBeGreaterThanOrEqual(19);
    expect(server.taken[0]?.rttMs).toBeLessThan(1000);
  });
});
