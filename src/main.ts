#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { inlineMore, keepHeapSmall } from './cli/v8-flags.ts';

// Until the server hears them itself, each would end it, or open a debugger. A reload is as good as done: nothing has been
// read yet.
if (process.argv[2] === 'serve') for (const signal of ['SIGHUP', 'SIGUSR1', 'SIGUSR2']) process.on(signal, () => {});

// Before the cache: V8 takes compiled code only under the flags it was made with. Set later, the threads would have to
// make their own, at the first start all of it, and what is loaded later would be compiled at every start.
keepHeapSmall();
inlineMore();

// Node.js keeps what it made of each file here, so that later starts, and every worker thread, neither strip types nor
// compile again: that saves a third of a second and 25 MB a thread. Where the folder can't be written, nothing is kept:
// so under systemd it is the unit's (CacheDirectory=), which sets this variable, since Aya's own belongs to root there.
const { NODE_COMPILE_CACHE, CACHE_DIRECTORY } = process.env;
const [unitCache] = CACHE_DIRECTORY?.split(':') ?? [];
const ownCache = fileURLToPath(new URL('../node_modules/.cache/aya', import.meta.url));
const cache = NODE_COMPILE_CACHE ?? unitCache ?? ownCache;
enableCompileCache(cache);
process.env.NODE_COMPILE_CACHE = cache; // for the threads

const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
