import type { Socket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { dgram } from '../../../../src/dataplane/transports/dgram.ts';
import { UdpClient } from '../../../support/dns-client.ts';
import { TestPlane } from './plane.ts';

const CHANNEL = 'udp.socket';

test('a datagram from port 0, which has no way back, is passed over', async () => {
  const sockets: Socket[] = [];
  const note = (made: unknown): unknown => sockets.push((made as { readonly socket: Socket }).socket);
  subscribe(CHANNEL, note);
  const transport = await dgram.open(new TestPlane(), { host: '127.0.0.1', family: 4, port: 0, over: ['UDP'] });
  unsubscribe(CHANNEL, note);
  const [socket] = sockets;
  // As Node.js says it; to send one takes a raw socket, for which tests have no right everywhere.
  const from = { address: '127.0.0.1', family: 'IPv4', port: 0, size: 12 };
  expect(() => socket.emit('message', Buffer.alloc(12), from)).not.toThrow();
  await using client = await UdpClient.open(socket.address().port);
  const message = Buffer.from('123400000000000000000000', 'hex');
  expect(await client.exchange(message)).toEqual(message);
  await transport.drain();
});
