import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Answered, askUntil } from './ask-until.ts';
import { NAME, startAya } from './servers.ts';

/** What is probed beside the answers. */
export interface Probed {
  readonly endpoints: number;
  readonly interval: string;
  /** Where all of them are, by the port. */
  readonly port: number;
}

const ENDPOINTS_A_SERVICE = 10;

/** Asks a server of its own for some seconds, while it probes so many endpoints each interval. */
export async function timeAnswers(probed: Probed, seconds: number): Promise<Answered> {
  const aya = await startAya({ configure: (port) => configure(port, probed) });
  try {
    // First probes come as fast as they can; from the second round on the load is even.
    await setTimeout(probed.endpoints === 0 ? 2_000 : 25_000);
    return await askUntil(AbortSignal.timeout(1_000 * seconds), aya.port, NAME);
  } finally {
    aya.process.kill();
    await once(aya.process, 'close');
  }
}

/**
 * The endpoints have addresses of their own, any of 127.0.0.0/8; one more, that nobody probes, is what is asked for.
 */
function configure(port: number, { endpoints, interval, port: probedPort }: Probed): string {
  const file = join(mkdtempSync(join(tmpdir(), 'aya-probes-')), 'aya.yaml');
  const services = Array.from({ length: Math.ceil(endpoints / ENDPOINTS_A_SERVICE) }, (_, service) => {
    const own = Array.from({ length: ENDPOINTS_A_SERVICE }, (_, index) => {
      const number = service * ENDPOINTS_A_SERVICE + index;
      return `e${index}: { region: here, a: 127.${1 + (number >> 16)}.${(number >> 8) & 0xff}.${number & 0xff} }`;
    });
    return `  s${service}: { policy: split, probe: web, endpoints: { ${own.join(', ')} } }`;
  });
  const names = services.map((_, service) => `s${service} SERVICE s${service}\\n`);
  writeFileSync(
    file,
    `server: { listen: 127.0.0.1:${port}, workers: 1 }
regions: { here: {} }
probes: { web: { http: { port: ${probedPort}, path: /healthz }, interval: ${interval} } }
policies: { split: [weighted] }
services:
  www: { policy: split, endpoints: { here: { a: 192.0.2.1 } } }
${services.join('\n')}
zones: { example.com: { records: "@ 60 SOA ns h 1 2 3 4 5\\n@ NS ns\\nns A 127.0.0.1\\nwww SERVICE www\\n${names.join('')}" } }
`,
  );
  return file;
}
