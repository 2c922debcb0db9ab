import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';

/**
 * To be imported before a server: at SIGUSR2 the threads that take in round-trip times and learn them end, as if they had
 * met a mistake of ours; and the first that is to take the place of one finds that the system has no thread left.
 */
if (threads.isMainThread) {
  const started: threads.Worker[] = [];
  let hasThread = true;
  class NoticedWorker extends threads.Worker {
    constructor(...options: ConstructorParameters<typeof threads.Worker>) {
      if (!hasThread) {
        hasThread = true;
        throw Object.assign(new Error('Worker initialization failure: EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
      }
      super(...options);
      if (/\/latency-(listener-)?thread\.ts$/.test(String(options[0]))) started.push(this);
    }
  }
  threads.Worker = NoticedWorker;
  syncBuiltinESMExports(); // before the server's modules take the class
  process.on('SIGUSR2', () => {
    hasThread = false;
    for (const worker of started.splice(0)) void worker.terminate();
  });
}
