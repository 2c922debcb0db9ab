import type { Parts } from './parts.ts';

/**
 * Answers what has come in, then ends all that runs: of a server that serves, or of one whose start failed half-way.
 */
export async function stop({ watcher, loader, served, latency, queryLog }: Parts): Promise<void> {
  watcher.stop();
  await Promise.all([loader.stop(), served.stop(), latency.stop()]);
  await queryLog.stop(); // with what was answered last
}
