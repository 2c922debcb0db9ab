/**
 * Calls of a function that takes its time, such that one runs at a time and at most one waits: however often it is asked
 * for meanwhile, one more run does for all. What goes wrong with a run is for the function itself to say.
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
