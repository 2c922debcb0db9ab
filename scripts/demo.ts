/**
 * `npm start`: the real server over a small world that is all on this machine: a load balancer for each region, which
 * can be told to fail. Everything runs in this one process, so that nothing outlives it, however it ends.
 *
 * Usage: node scripts/demo.ts [FILE]     another configuration of the same world, on other ports
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { inlineMore, keepHeapSmall } from '../src/cli/v8-flags.ts';

keepHeapSmall();
inlineMore();
// As src/main.ts does, and before anything else is loaded: the second start takes two thirds of the time.
const cache = process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../node_modules/.cache/aya', import.meta.url));
enableCompileCache(cache);
process.env.NODE_COMPILE_CACHE = cache; // for the threads

const { runDemo } = await import('./demo/run.ts');
flushCompileCache();
process.exitCode = await runDemo(process.argv[2]);
