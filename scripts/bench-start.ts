import { parseArgs } from 'node:util';
import { median } from '../src/util/median.ts';
import { coldEnvironment, runOnce, startOnce, writeDemo } from './bench/starting.ts';

/**
 * How long it takes until a server serves, and what it has in memory then: with nothing compiled ahead, as at the first
 * start, and with what was kept. And what commands take from start to end. By default the world of the demo: two workers,
 * the embedded database, regions that refuse probes.
 *
 *   npm run bench:start -- [--config FILE] [--rounds 5]
 */
const { values } = parseArgs({
  options: { config: { type: 'string' }, rounds: { type: 'string', default: '5' } },
});
const config = values.config ?? (await writeDemo());
const rounds = Number(values.rounds);

/** One after the other: they would take each other's processors. */
async function repeated<T>(measure: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await measure());
  return results;
}

/** `1234 (1180 to 1300)`: the median, the least and the most. */
function spread(values: readonly number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`;
}

async function server(name: string, environment: () => NodeJS.ProcessEnv): Promise<void> {
  const starts = await repeated(() => startOnce(config, environment()));
  const column = (field: keyof (typeof starts)[number]): string => spread(starts.map((start) => start[field]));
  console.log(`serve, ${name}: ${column('wallMs')} ms, ${column('cpuMs')} ms of CPU, ${column('residentMiB')} MiB`);
}

const warm = (): NodeJS.ProcessEnv => process.env;
await server('cold', coldEnvironment);
await startOnce(config, warm());
await server('warm', warm);

const commands = {
  check: ['check', config],
  explain: ['explain', 'web.example.com', '--from', 'DE', '--config', config],
  // Of a server that is not there: all but the answer.
  status: ['status', '--socket', `${config}.sock`],
};
for (const [name, argv] of Object.entries(commands)) {
  await runOnce(argv, warm());
  console.log(`${name}, warm: ${spread(await repeated(() => runOnce(argv, warm())))} ms`);
}
