import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keepHeapSmall } from '../src/cli/v8-flags.ts';
import type { ProbeTarget } from '../src/control/probes/entry.ts';
import { probeKinds } from '../src/control/probes/kinds.ts';
import { probesAtOnceMax } from '../src/control/probes/open-files.ts';
import { Reports } from '../src/control/probes/reports.ts';
import { StateFiles } from '../src/control/probes/state-files.ts';
import { Prober } from '../src/control/verdicts/prober.ts';
import { probeSchema } from '../src/health/schema.ts';
import { SUSPICION_DEFAULTS } from '../src/health/suspicion.ts';
import { systemClock } from '../src/util/clock.ts';
import { timeAnswers } from './bench/probes-answers.ts';

/**
 * What probing costs: so many endpoints of HTTP, each at an address of its own, are probed each interval; the server that
 * answers them all is another process.
 *
 *   node scripts/bench-probes.ts [--endpoints 20000] [--interval 10s] [--seconds 30] [--answers]
 *
 * 'processor' is this process's time, kernel included, by the time that passed, once every endpoint has had its first
 * probe; 'at once' is the most connections that were open. With --answers it is measured instead how long a whole server
 * takes to answer over UDP, at 500 queries a second, with and without so much to probe.
 */
const { values } = parseArgs({
  options: {
    endpoints: { type: 'string', default: '20000' },
    interval: { type: 'string', default: '10s' },
    seconds: { type: 'string', default: '30' },
    serve: { type: 'boolean', default: false },
    answers: { type: 'boolean', default: false },
  },
});

/** Any address of 127.0.0.0/8 is this machine's. */
function target(index: number, port: number): ProbeTarget {
  const address = `127.${1 + (index >> 16)}.${(index >> 8) & 0xff}.${index & 0xff}`;
  return { key: address, address, port, probe };
}

const probe = probeSchema.parse({ http: { path: '/healthz' }, interval: values.interval });

function serve(): void {
  const server = createServer((_request, response) => response.end('ok'));
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4_096 }, () =>
    process.send?.((server.address() as AddressInfo).port),
  );
  process.once('disconnect', () => process.exit());
}

async function startEndpoints(): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve']);
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}

async function measureAnswers(): Promise<void> {
  const { child, port } = await startEndpoints();
  for (const endpoints of [0, Number(values.endpoints)]) {
    const { p50Ms, p99Ms, worstMs, asked, lost } = await timeAnswers(
      { endpoints, interval: values.interval, port },
      Number(values.seconds),
    );
    const times = `median ${p50Ms.toFixed(2)} ms, 99 of 100 within ${p99Ms.toFixed(2)} ms, worst ${worstMs.toFixed(1)} ms`;
    console.log(`answers beside ${endpoints} probed endpoints: ${times}; lost: ${lost} of ${asked}`);
  }
  child.disconnect();
}

async function measure(): Promise<void> {
  keepHeapSmall();
  const { child, port } = await startEndpoints();
  const counts = { passed: 0, failed: 0 };
  const kinds = probeKinds({ reports: new Reports(systemClock), files: new StateFiles(systemClock, () => {}) });
  const prober = new Prober({
    ...{ clock: systemClock, random: Math.random, kinds, doubtBy: { settings: SUSPICION_DEFAULTS } },
    concurrencyMax: probesAtOnceMax(),
    onChange: () => {},
    onResult: (_target, { ok }) => counts[ok ? 'passed' : 'failed']++,
  });
  let atOnce = 0;
  const look = setInterval(() => {
    const open = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    atOnce = Math.max(atOnce, open);
  }, 250);

  const startMs = performance.now();
  prober.setTargets(Array.from({ length: Number(values.endpoints) }, (_, index) => target(index, port)));
  await prober.firstVerdicts();
  console.log(`first verdicts: ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  // The second probes come in the phases that were drawn; from then on the load is even.
  await setTimeout(probe.intervalMs);

  Object.assign(counts, { passed: 0, failed: 0 });
  const before = process.cpuUsage();
  const beforeMs = performance.now();
  await setTimeout(Number(values.seconds) * 1_000);
  const passedMs = performance.now() - beforeMs;
  const { user, system } = process.cpuUsage(before);
  const probes = counts.passed + counts.failed;
  console.log(`probes: ${Math.round((1_000 * probes) / passedMs)} a second, ${counts.failed} failed`);
  console.log(
    `processor: ${((user + system) / passedMs / 10).toFixed(1)} % of a core, ${Math.round((user + system) / probes)} us a probe`,
  );
  console.log(`memory: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`);
  console.log(`connections at once: ${atOnce} of ${probesAtOnceMax()} allowed`);
  clearInterval(look);
  await prober.stop();
  child.disconnect();
}

if (values.serve) serve();
else if (values.answers) await measureAnswers();
else await measure();
