import { startAya } from './aya.ts';
import { askConnected } from './connected.ts';
import { servingOver } from './udp-transports.ts';

/**
 * A server at `[::]`, asked at each of some addresses: ask-addresses.ts CONFIG ADDRESS... Prints the answers as JSON. A
 * program of its own, for a network namespace.
 */
const [config = '', ...addresses] = process.argv.slice(2);
// Nobody else is in a namespace made for this, and a port is asked for only there.
await using aya = await startAya(config, { listen: ['[::]:5399'], command: servingOver('mmsg') });
const answers = await Promise.all(addresses.map((address) => askConnected(address, 5399, 'www.example.com')));
console.log(JSON.stringify(answers));
await aya[Symbol.asyncDispose]();
