import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { keepHeapSmall } from '../../src/cli/v8-flags.ts';
import { Geography } from '../../src/control/geography/geography.ts';

/**
 * Loads one database as a server does, in a process of its own, and prints how long that took, what the process had at
 * most, and what it has left, as JSON: { ms, peakMiB, residentMiB, nodes, cells }. load-database.ts FILE
 */
const status = (field: string): number => {
  const line = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'));
  return Math.round(Number(line?.[1]) / 1024);
};

keepHeapSmall();
const startMs = performance.now();
const map = await new Geography().load({ databases: [process.argv[2]], networks: new Map() });
const ms = Math.round(performance.now() - startMs);
if (!map.ok) throw new Error(JSON.stringify(map.problems));
await setImmediate(); // the thread that read it has gone
const { trie, cells } = map.value;
const sizes = { peakMiB: status('VmHWM'), residentMiB: status('VmRSS') };
console.log(JSON.stringify({ ms, ...sizes, nodes: trie.nodes.length / 2, cells: cells.length }));
