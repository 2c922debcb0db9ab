import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/**
 * `serve --config FILE`: what looks like a server, to those who look for one by its command and its port, and has hung.
 * It shares its address as servers do, answers nothing, and does not leave when it is told to.
 */
const config = readFileSync(process.argv.at(-1) ?? '', 'utf8');
const [, host, port] = config.match(/"listen":\["([\d.]+):(\d+)"\]/) ?? [];
process.on('SIGTERM', () => console.log('{"level":"info","msg":"heard, and stays"}'));
const socket = createSocket({ type: 'udp4', reusePort: true }).bind(Number(port), host);
await once(socket, 'listening');
console.log('{"level":"info","msg":"serving"}');
