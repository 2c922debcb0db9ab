import { describe, expect, onTestFinished, test } from 'vitest';
import { tcp } from '../../../../src/control/probes/tcp.ts';
import { configOf } from '../../../support/probing.ts';
import { closedPort, misbehaviour, startServer } from '../../../support/servers.ts';

const config = configOf('tcp', { port: 1 });

describe('a connection is a success, whatever comes after', () => {
  test.each(['silence', 'closing', 'bodyWithoutEnd'] as const)('%s', async (name) => {
    const server = await startServer(misbehaviour[name]);
    onTestFinished(() => server.close());
    expect(await tcp.run(config, server, new AbortController().signal)).toEqual({ ok: true });
    await server.idle();
  });
});

test('nobody listens', async () => {
  const target = { address: '127.0.0.1', port: await closedPort() };
  const outcome = await tcp.run(config, target, new AbortController().signal);
  expect(outcome).toEqual({ ok: false, reason: 'connection refused', fault: 'endpoint' });
});

test('an abort ends it, before or after it began', async () => {
  const server = await startServer(misbehaviour.silence);
  onTestFinished(() => server.close());
  const gone = { ok: false, reason: 'gone', fault: 'endpoint' };
  expect(await tcp.run(config, server, AbortSignal.abort('gone'))).toEqual(gone);
  expect(server.accepted()).toBe(0);
  const abort = new AbortController();
  const outcome = tcp.run(config, server, abort.signal);
  abort.abort('gone');
  expect(await outcome).toEqual(gone);
  await server.idle();
});
