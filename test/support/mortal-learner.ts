import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';

/** To be imported before a server: at SIGUSR2 the thread that learns round-trip times ends, as if it had met a mistake of ours. */
if (threads.isMainThread) {
  const started: threads.Worker[] = [];
  class NoticedWorker extends threads.Worker {
    constructor(...options: ConstructorParameters<typeof threads.Worker>) {
      super(...options);
      if (/\/latency-thread\.ts$/.test(String(options[0]))) started.push(this);
    }
  }
  threads.Worker = NoticedWorker;
  syncBuiltinESMExports(); // before the server's modules take the class
  process.on('SIGUSR2', () => {
    for (const worker of started.splice(0)) void worker.terminate();
  });
}
