import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { startProblemsOf, startThread, ThreadError } from '../../../src/control/thread-error.ts';

describe('a thread', () => {
  test('is started', async () => {
    const thread = startThread(new URL('data:text/javascript,process.exit(3)'));
    expect(await once(thread, 'exit')).toEqual([3]);
  });

  test('that can not be started is a problem for the operator, not an error of Node.js', () => {
    const start = () => startThread(new URL('https://example.com/'));
    expect(start).toThrow(ThreadError);
    try {
      start();
    } catch (error) {
      expect(startProblemsOf(error)).toMatchObject([
        { code: 'cannot-start-thread', found: expect.stringContaining('a thread could not be started: ') },
      ]);
    }
  });
});
