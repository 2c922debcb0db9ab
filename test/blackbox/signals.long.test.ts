import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, launchAya, startAya } from '../support/aya.ts';
import { zone } from './zone.ts';

const CONFIG = zone('www IN A 192.0.2.1');

test('a second SIGTERM cuts short nothing of what the first began', async () => {
  await using aya = await startAya(CONFIG);
  // It keeps its side open, which the drain waits for.
  const client = connect({ port: aya.port, host: '127.0.0.1', allowHalfOpen: true }).resume();
  await once(client, 'connect');
  aya.signal('SIGTERM');
  await once(client, 'end');
  aya.signal('SIGTERM');
  expect(await aya.exited).toBe(0);
  expect(aya.log.at(-1)?.msg).toBe('stopped');
  client.destroy();
});

test('SIGUSR1 and SIGUSR2 neither open a debugger nor end anything', async () => {
  await using aya = await startAya(CONFIG);
  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
    aya.signal(signal);
    await aya.waitFor((line) => line.signal === signal);
  }
  expect((await aya.ask('www.example.com')).rcode).toBe('NOERROR');
  expect(aya.errors).toBe(''); // where Node.js says that a debugger listens
});

test('after a storm of SIGHUP one reload waits at most, and SIGTERM for none but that which runs', async () => {
  await using aya = await startAya(CONFIG);
  const reloadings = (): number => aya.log.filter(({ msg }) => msg === 'reloading').length;
  while (reloadings() < 5) {
    for (let signals = 0; signals < 100; signals++) {
      aya.signal('SIGHUP');
      await new Promise(setImmediate);
    }
  }
  const before = reloadings();
  aya.signal('SIGTERM');
  expect(await aya.exited).toBe(0);
  expect(reloadings() - before).toBeLessThanOrEqual(2);
});

test.runIf(process.platform === 'linux')('of two started at once one serves', async () => {
  const setting = { listen: [`127.0.0.1:${await freePort()}`] };
  const servers = await Promise.all([launchAya(CONFIG, setting), launchAya(CONFIG, setting)]);
  const beaten = await Promise.race(servers.map(async (server) => ({ server, code: await server.exited })));
  expect(beaten.code).toBe(1);
  expect(beaten.server.errors).toMatch(/cannot-listen: found .*EADDRINUSE/);
  const winner = servers.find((server) => server !== beaten.server);
  await winner?.waitFor(({ msg }) => msg === 'serving');
  for (const server of servers) await server[Symbol.asyncDispose]();
});
