import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** As src/main.ts does: what is imported after this starts as fast as the real server, its threads too. */
const cache = fileURLToPath(new URL('../../node_modules/.cache/aya', import.meta.url));
enableCompileCache(cache);
process.env.NODE_COMPILE_CACHE = cache; // for the threads
