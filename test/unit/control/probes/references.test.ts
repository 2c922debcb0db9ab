import { expect, onTestFinished, test } from 'vitest';
import { probesAtOnceMax } from '../../../../src/control/probes/open-files.ts';
import { referenceCheck } from '../../../../src/control/probes/references.ts';
import { closedPort, misbehaviour, startServer } from '../../../support/servers.ts';

test('one reference that answers is enough', async () => {
  const server = await startServer(misbehaviour.closing);
  onTestFinished(() => server.close());
  const dead = { address: '127.0.0.1', port: await closedPort() };
  expect(await referenceCheck([dead, server])?.()).toBe(true);
  expect(await referenceCheck([dead])?.()).toBe(false);
});

test('without references nothing is asked', () => {
  expect(referenceCheck([])).toBeUndefined();
});

test('the bound on probes leaves files for others', () => {
  expect(probesAtOnceMax()).toBeGreaterThanOrEqual(1);
  expect(probesAtOnceMax()).toBeLessThanOrEqual(2_048);
});
