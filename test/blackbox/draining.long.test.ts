import { describe, expect, test } from 'vitest';
import { startAya, until } from '../support/aya.ts';
import { decodeResponse, encodeQuery, UdpClient } from '../support/dns-client.ts';
import { UdpLoad } from '../support/udp-load.ts';
import { zone } from './zone.ts';

const NAME = 'www.example.com';
const WORLD = zone('www IN A 192.0.2.1');

const MORTAL = ['--import', './test/support/mortal-workers.ts', 'src/main.ts', 'serve', '--config'];

describe.runIf(process.platform === 'linux')('SIGTERM', () => {
  test('under load: what was received over UDP is answered', async () => {
    await using aya = await startAya(WORLD, { workers: 2 });
    const load = await UdpLoad.start(aya.port, NAME);
    await until(() => load.answered > 2_000);
    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    const { answered, wrong } = await load.stop();
    const line = aya.log.at(-1);
    expect(line).toMatchObject({ msg: 'stopped' });
    expect(line?.connections).toMatchObject({ received: answered, sent: answered, sendFailed: 0, receiveDropped: 0 });
    expect(wrong).toBe(0);
  });
});

describe('when all workers die at once', () => {
  test('others take their places, though nothing else runs', async () => {
    await using aya = await startAya(WORLD, { command: MORTAL });
    for (let time = 0; time < 2; time++) {
      const from = aya.log.length;
      aya.signal('SIGUSR2');
      await aya.waitFor(({ msg }) => msg === 'worker died; starting another', from);
      await using client = await UdpClient.open(aya.port);
      const answer = await until(() => {
        void client.send(encodeQuery({ name: NAME }));
        return client.strays[0];
      });
      expect(decodeResponse(answer).addresses).toEqual(['192.0.2.1']);
    }
  });

  test('SIGTERM stops it as at any time', async () => {
    await using aya = await startAya(WORLD, { command: MORTAL });
    aya.signal('SIGUSR2');
    await aya.waitFor(({ msg }) => msg === 'worker died; starting another');
    aya.signal('SIGTERM');
    expect(await aya.exited).toBe(0);
    expect(aya.log.at(-1)).toMatchObject({ msg: 'stopped' });
    expect(aya.errors).toBe('');
  });
});
