import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type SocketTime, socketReader, timesByNetwork } from '../../../../src/latency/reports/socket-times.ts';

function parseSockets(text: string): readonly SocketTime[] {
  const read = socketReader();
  return text.split('\n').flatMap((line) => read(line) ?? []);
}

const PRINTED = `0      0             192.0.2.10:443       203.0.113.7:51524
	 cubic wscale:7,7 rto:248 rtt:47.532/11.24 ato:40 mss:1448 cwnd:10 minrtt:44.1
0      0      [::ffff:192.0.2.10]:443 [::ffff:203.0.113.9]:51526 cubic rto:204 rtt:12.5/3 mss:1448
0      0             192.0.2.10:443       203.0.113.8:51530
	 cubic wscale:7,7 rto:1000 mss:1448
0      0           [2001:db8::1%eth0]:443 [2001:db8:5::9]:40000
	 bbr rtt:88/2 delivered:5
nonsense
`;

test('reads what ss prints, in one line or two, and passes over what has no time', () => {
  expect(parseSockets(PRINTED)).toEqual([
    { address: '203.0.113.7', localPort: 443, rttMs: 47.532 },
    { address: '::ffff:203.0.113.9', localPort: 443, rttMs: 12.5 },
    { address: '2001:db8:5::9', localPort: 443, rttMs: 88 },
  ]);
});

const hasSs = await promisify(execFile)('ss', ['-V']).then(
  () => true,
  () => false,
);

// Of Linux alone, where iproute2 is.
test.runIf(hasSs)('reads what the kernel of this machine knows of a connection', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const { stdout } = await promisify(execFile)('ss', ['-tinH', 'state', 'established', `sport = :${port}`]);
  const own = parseSockets(stdout).filter(({ localPort }) => localPort === port);
  expect(own.length).toBeGreaterThan(0);
  expect(own.every(({ address, rttMs }) => address === '127.0.0.1' && rttMs > 0 && rttMs < 1000)).toBe(true);
  socket.destroy();
  server.close();
});

test('takes the middle of a network', () => {
  const times = [1, 9, 3].map((rttMs) => ({ address: 'a', localPort: 443, rttMs }));
  expect([
    ...timesByNetwork([...times, { ...times[0]!, address: 'b' }], (text) => (text === 'a' ? 'A' : undefined)),
  ]).toEqual([['A', 3]]);
});
