import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { attempt } from '../../../../src/control/probes/attempt.ts';
import { startServer } from '../../../support/servers.ts';

const slip = new Error('a slip');
const thrown = { ok: false, fault: 'endpoint', reason: 'probe failed: a slip', thrown: slip };
const { signal } = new AbortController();

test('what an attempt throws as it begins is its failure', async () => {
  const outcome = attempt(signal, () => {
    throw slip;
  });
  expect(await outcome).toEqual(thrown);
});

test('what it throws while it listens to an endpoint is its failure, too, and its connection ends', async () => {
  const server = await startServer((socket) => void socket.write('anything'));
  onTestFinished(() => server.close());
  const outcome = attempt(signal, ({ cleanup, guard }) => {
    const socket = connect(server.port, server.address);
    cleanup(() => socket.destroy());
    const onData = guard((_bytes: Buffer) => {
      throw slip;
    });
    socket.on('data', onData);
  });
  expect(await outcome).toEqual(thrown);
  await server.idle();
});
