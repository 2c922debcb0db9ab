/**
 * Calls of a function that takes its time: one runs at a time, and at most one waits. However often it is asked for
 * meanwhile, one more run serves all. The function itself must report what goes wrong in a run.
 */
export function coalesced(work: () => Promise<unknown>): () => void {
  let isRunning = false;
  let isWanted = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await work().catch(() => {});
    }
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}
