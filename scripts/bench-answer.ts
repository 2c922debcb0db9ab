import { setImmediate as nextTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { inlineMore } from '../src/cli/v8-flags.ts';
import { median } from '../src/util/median.ts';
import { loadWorld, makeRows, type Row } from './bench/answers.ts';

/**
 * What an answer costs without the sockets: nanoseconds of Answerer.answer(), by kind of answer. In turns of the event
 * loop with as many queries as node:dgram reads in one. The rows take turns too, a millisecond each, so that a drift of
 * the machine's speed hits all alike, and few are interrupted. What an empty turn costs is taken off.
 *
 *   npm run bench:answer -- [--rounds 300] [--answers 2048] [--limit-max 100]
 *
 * With --limit-max it exits 1 where rate limiting adds more than so many nanoseconds. It exits 1, too, where an answer
 * leaves more garbage behind than the time of day is.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    answers: { type: 'string', default: '2048' },
    'limit-max': { type: 'string' },
  },
});
/** Date.now() makes one number on the heap: for each cookie, and now and then for the rate limit. */
const GARBAGE_MAX = 16.5;
const PER_TURN = 32; // uv__udp_recvmsg reads so many at most before it lets others run

inlineMore(); // as a server does
const snapshot = await loadWorld();
const rows = makeRows(snapshot);

/** Answers one turn's worth. */
function answerTurn({ answerer, queries, source }: Row, turn: number): void {
  for (let index = 0; index < PER_TURN; index++) {
    source.at = (turn * PER_TURN + index) % queries.length;
    const query = queries[source.at];
    if (answerer.answer(snapshot, query, query.length, source) === 0) throw new Error('no answer');
  }
}

const nothing = (): void => {};

/** Nanoseconds an answer. */
async function measure(turns: number, answer: (turn: number) => void): Promise<number> {
  const start = performance.now();
  for (let turn = 0; turn < turns; turn++) {
    answer(turn);
    await nextTurn();
  }
  return ((performance.now() - start) * 1e6) / (turns * PER_TURN);
}

/** Octets on the heap that an answer leaves behind, in so few answers that nothing is collected meanwhile. */
function garbage(row: Row): number {
  const before = process.memoryUsage().heapUsed;
  for (let turn = 0; turn < 640; turn++) answerTurn(row, turn);
  return (process.memoryUsage().heapUsed - before) / (640 * PER_TURN);
}

const turns = Math.ceil(Number(values.answers) / PER_TURN);
const costs = new Map<Row, number[]>(rows.map((row) => [row, []]));
const empties: number[] = [];
// Compiled code, not interpreted.
for (const row of rows) await measure(100 * turns, (turn) => answerTurn(row, turn));
for (let round = 0; round < Number(values.rounds); round++) {
  empties.push(await measure(turns, nothing));
  for (const row of rows) {
    // Once through all that it asks, so that it does not pay for what the row before it pushed out of the caches.
    await measure(row.queries.length / PER_TURN, (turn) => answerTurn(row, turn));
    costs.get(row)?.push(await measure(turns, (turn) => answerTurn(row, turn)));
  }
}

console.log(`${'answer'.padEnd(48)}${'ns'.padStart(6)}${'octets left'.padStart(14)}`);
for (const [row, of] of costs) {
  const octets = median(Array.from({ length: 9 }, () => garbage(row)));
  if (octets > GARBAGE_MAX) process.exitCode = 1;
  const ns = median(of) - median(empties);
  console.log(`${row.name.padEnd(48)}${ns.toFixed(0).padStart(6)}${octets.toFixed(1).padStart(14)}`);
}

/** In each round by itself, so that what slowed one down slowed both. */
function added(to: string, by: string): number {
  const [without = [], having = []] = [to, by].map((name) => costs.get(rows.find((row) => row.name === name)!));
  return median(having.map((ns, round) => ns - without[round]));
}
for (const name of ['A from a zone', 'NXDOMAIN', 'service, nearest, by its resolver']) {
  const ns = added(name, `${name}, rate limit`);
  console.log(`rate limiting adds ${ns.toFixed(0)} ns to ${name}`);
  if (values['limit-max'] !== undefined && ns > Number(values['limit-max'])) process.exitCode = 1;
}
