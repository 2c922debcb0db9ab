import './compile-cache.ts';
import type { UdpTransport } from '../../src/snapshot/messages.ts';

/** A server with UDP done in one way, or not at all. Run with that and the configuration's path. */
const [udp, file = ''] = process.argv.slice(2);

const { createLog } = await import('../../src/control/log.ts');
const { Server } = await import('../../src/control/server.ts');

const log = createLog('info');
const server = new Server(file, log, udp as UdpTransport);
process.once('SIGTERM', () => void server.stop());
process.on('SIGHUP', () => void server.reload('SIGHUP'));
const problems = await server.start();
if (problems.length > 0) log.error({ problems }, 'not started');
