/** Sends an ICMP echo to each ADDRESS or ADDRESS@SOURCE among the arguments, and prints what came of it as JSON. */
import { icmp } from '../../src/control/probes/icmp.ts';
import { type ConfigOf, probeSchema } from '../../src/health/schema.ts';

const outcomes = await Promise.all(
  process.argv.slice(2).map((argument) => {
    const [address = '', source] = argument.split('@');
    const config = probeSchema.parse({ icmp: {}, ...(source !== undefined && { source }) }) as ConfigOf<'icmp'>;
    return icmp.run(config, { address, port: 0 }, AbortSignal.timeout(5_000));
  }),
);
console.log(JSON.stringify(outcomes));
