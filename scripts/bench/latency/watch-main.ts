import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a server before anything else (`node --import`), with a channel to whoever started it: on each message it
 * says what its main thread took at once at most since the message before, and what the process took. CPU time, not
 * time of day: the machine may have other work.
 */
const TICK_MS = 1;

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

if (isMainThread && process.send !== undefined) {
  let blockMs = 0;
  let before = process.threadCpuUsage();
  const look = (): void => {
    blockMs = Math.max(blockMs, milliseconds(process.threadCpuUsage(before)));
    before = process.threadCpuUsage();
    setTimeout(look, TICK_MS).unref();
  };
  look();
  process.on('message', () => {
    process.send?.({
      blockMs,
      cpuSeconds: milliseconds(process.cpuUsage()) / 1000,
      residentMb: process.memoryUsage.rss() / 2 ** 20,
      residentMaxMb: residentMaxMb(),
    });
    blockMs = 0;
  });
  // A benchmark that dies takes its server along.
  process.once('disconnect', () => process.exit());
}

/**
 * Of this program. What getrusage(2) gives begins with what its parent took when it was started, and a parent with a
 * model is larger.
 */
function residentMaxMb(): number {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))!;
  return Number(kilobytes) / 1024;
}
