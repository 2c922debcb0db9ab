import './compile-cache.ts';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import threads from 'node:worker_threads';
import type { UdpTransport } from '../../src/snapshot/messages.ts';

/**
 * A server whose control plane can be made to fail, by a line on standard input: `block MS` keeps the main thread from
 * doing anything at all; `jump MS` sets its clock, forward or back; `break` makes the newest data-plane worker die of an exception, which is one that answers over UDP. Run
 * with the way that UDP is done, and the configuration's path.
 */
const [udp, file = ''] = process.argv.slice(2);

/** Threads as they are started: the same class, noticed. */
const started: threads.Worker[] = [];
class NoticedWorker extends threads.Worker {
  constructor(...options: ConstructorParameters<typeof threads.Worker>) {
    super(...options);
    if (/\/dataplane\/(udp-)?worker\.ts$/.test(String(options[0]))) started.push(this);
  }
}
threads.Worker = NoticedWorker;
syncBuiltinESMExports(); // before the server's modules take the class

const { createLog } = await import('../../src/control/log.ts');
const { Server } = await import('../../src/control/server.ts');

const log = createLog('info');
const server = new Server(file, log, udp as UdpTransport);

createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, argument] = line.split(' ');
  if (command === 'block') block(Number(argument));
  if (command === 'jump') jump(Number(argument));
  // A block of another layout: to view it throws, as any mistake of ours in a worker would.
  if (command === 'break') {
    const publication = { generation: 0, names: new SharedArrayBuffer(64), services: [] };
    started.at(-1)?.postMessage({ kind: 'publish', publication });
  }
});

function block(ms: number): void {
  log.info('blocked');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  log.info('unblocked');
}

/** The clock of a machine is not ours to set: what the server reads of it is. */
function jump(ms: number): void {
  const { now } = Date;
  Date.now = () => now() + ms;
  log.info('jumped');
}

const problems = await server.start();
if (problems.length > 0) log.error({ problems }, 'not started');
