import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { inStartTurn } from '../../../../src/control/listening/start-turn.ts';
import { createLog, type Log } from '../../../../src/control/log.ts';
import type { ListenAddress } from '../../../../src/snapshot/messages.ts';
import { freePort } from '../../../support/aya.ts';

const OWN = process.geteuid?.() ?? 0;

/** What it warns of. */
function warnings(): { readonly log: Log; readonly said: unknown[] } {
  const said: unknown[] = [];
  const log = createLog('silent');
  log.warn = (...line: unknown[]) => void said.push(line);
  return { log, said };
}

async function somewhere(): Promise<readonly ListenAddress[]> {
  return [{ host: '127.0.0.1', family: 4, port: await freePort(), over: ['UDP'] }];
}

test.runIf(process.platform === 'linux')(
  'starts of one user at one port take turns, in whatever order they come',
  async () => {
    const listen = await somewhere();
    const { log, said } = warnings();
    let isBusy = false;
    const work = async (): Promise<void> => {
      expect(isBusy).toBe(false);
      isBusy = true;
      await new Promise(setImmediate);
      isBusy = false;
    };
    await Promise.all([1, 2, 3].map(() => inStartTurn(listen, log, work)));
    expect(said).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'a start does not wait for who holds the name and is another user',
  async () => {
    const listen = await somewhere();
    const { log, said } = warnings();
    // To a start of another user we are the stranger.
    const uid = OWN + 1;
    const stranger = createServer().listen(`\0aya of user ${uid} starts at ${listen[0]?.port}`);
    await once(stranger, 'listening');
    expect(await inStartTurn(listen, log, async () => 'done', uid)).toBe('done');
    expect(said).toEqual([[{ port: listen[0]?.port }, expect.stringContaining('another user holds the name')]]);
    stranger.close();
  },
);

test.runIf(process.platform === 'linux')('starts of several users do not wait for each other', async () => {
  const listen = await somewhere();
  const { log, said } = warnings();
  const nested = () => inStartTurn(listen, log, async () => 'done', OWN + 1);
  expect(await inStartTurn(listen, log, nested)).toBe('done');
  expect(said).toEqual([]);
});
