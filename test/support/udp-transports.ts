import type { UdpTransport } from '../../src/snapshot/messages.ts';

/** The ways in which UDP is done on this machine: what a client sees must be the same in all. */
export const UDP_TRANSPORTS: readonly UdpTransport[] = process.platform === 'linux' ? ['mmsg', 'dgram'] : ['dgram'];

/** What startAya() is to run for a server that does UDP in one way, whatever it would choose. */
export const servingOver = (udp: UdpTransport): readonly string[] => ['test/support/udp-server.ts', udp];
