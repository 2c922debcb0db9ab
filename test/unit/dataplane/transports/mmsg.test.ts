import { describe, expect, test } from 'vitest';
import type { ClientAddress } from '../../../../src/dataplane/answering/client.ts';
import { ClientAddress as Address } from '../../../../src/dataplane/answering/client.ts';
import type { Source } from '../../../../src/dataplane/answering/source.ts';
import { boundAddress } from '../../../../src/dataplane/ffi/udp-socket.ts';
import { MmsgSockets } from '../../../../src/dataplane/transports/mmsg-sockets.ts';
import type { ListenAddress } from '../../../../src/snapshot/messages.ts';
import { UdpClient } from '../../../support/dns-client.ts';
import { proxyHeader } from '../../../support/proxy-header.ts';
import { network, TestPlane } from './plane.ts';

const at = (host: string, port = 0): ListenAddress => ({
  host,
  family: host.includes(':') ? 6 : 4,
  port,
  over: ['UDP'],
});

/** Sockets with a plane that sends every message back and notes who asked. */
class Serving {
  readonly plane: TestPlane;
  readonly sockets: MmsgSockets;
  readonly clients: ClientAddress[] = [];
  looks = 0;

  constructor(proxies: readonly string[] = [], inherited: MmsgSockets['open'] = []) {
    this.plane = new TestPlane({ proxies: proxies.map(network) });
    const { answerer } = this.plane;
    const { answer } = answerer;
    answerer.answer = (snapshot, message, length, source: Source) => {
      if (length === 0) return 0;
      const client = new Address();
      source.resolverAddress(client);
      this.clients.push(client);
      return answer.call(answerer, snapshot, message, length, source);
    };
    this.sockets = new MmsgSockets(this.plane, inherited);
  }

  /** Serves until so many have come, as a worker does. */
  serve(received: number): void {
    while ((this.plane.counts.received ?? 0) < received) this.sockets.serve(() => this.looks++);
  }

  portOf(index: number): number {
    return boundAddress(this.sockets.open[index].fd).port;
  }

  [Symbol.dispose](): void {
    this.sockets.listen([]);
  }
}

const message = (id: number): Buffer => Buffer.from([id >> 8, id, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

describe.runIf(process.platform === 'linux')('mmsg', () => {
  test('knows the sender by its words, over both families from one worker', async () => {
    using serving = new Serving();
    expect(serving.sockets.listen([at('127.0.0.1'), at('::1')])).toBeUndefined();
    await using four = await UdpClient.open(serving.portOf(0), '127.0.0.1', '127.1.2.3');
    await using six = await UdpClient.open(serving.portOf(1), '::1');
    await Promise.all([four.send(message(1)), six.send(message(2))]);
    serving.serve(2);
    expect(serving.clients).toMatchObject([
      { family: 4, w0: 0x7f010203 },
      { family: 6, w0: 0, w1: 0, w2: 0, w3: 1 },
    ]);
    expect(await Promise.all([four.receive(1), six.receive(2)])).toEqual([message(1), message(2)]);
    expect(serving.plane.counts).toEqual({ received: 2, sent: 2 });
    expect(serving.plane.messages).toEqual({ udpIpv4: 1, udpIpv6: 1 });
  });

  test('looks for news between what it received and its answer', async () => {
    using serving = new Serving();
    serving.sockets.listen([at('127.0.0.1')]);
    await using client = await UdpClient.open(serving.portOf(0));
    await client.send(message(1));
    const seen: number[] = [];
    serving.sockets.serve(() => seen.push(serving.clients.length));
    expect([seen, serving.clients.length]).toEqual([[0], 1]);
  });

  test('answers what a proxy sends for the client that it names, and the others beside it', async () => {
    using serving = new Serving(['127.0.7.0/24']);
    serving.sockets.listen([at('127.0.0.1')]);
    await using proxy = await UdpClient.open(serving.portOf(0), '127.0.0.1', '127.0.7.1');
    await using direct = await UdpClient.open(serving.portOf(0), '127.0.0.1', '127.0.8.1');
    await proxy.send(Buffer.concat([proxyHeader({ source: '203.0.113.7' }), message(1)]));
    await direct.send(message(2));
    await proxy.send(Buffer.concat([proxyHeader({ versionCommand: 0x20 }), message(3)]));
    await proxy.send(message(4));
    serving.serve(4);
    expect(serving.clients.map(({ w0 }) => w0 >>> 0)).toEqual([0xcb007107, 0x7f000801, 0x7f000701]);
    expect(await Promise.all([proxy.receive(1), direct.receive(2), proxy.receive(3)])).toEqual([1, 2, 3].map(message));
    expect(serving.plane.counts).toEqual({ received: 4, sent: 3, proxyHeadersBad: 1 });
  });

  test('takes a PROXY header as long as they get, with a query behind it', async () => {
    using serving = new Serving(['127.0.0.0/8']);
    serving.sockets.listen([at('127.0.0.1')]);
    await using client = await UdpClient.open(serving.portOf(0));
    const remarks = Buffer.alloc(4096 - 28, 4);
    await client.send(Buffer.concat([proxyHeader({ source: '203.0.113.7', remarks }), message(1)]));
    serving.serve(1);
    expect(await client.receive(1)).toEqual(message(1));
  });

  test('of what has come answers all before it closes', async () => {
    const serving = new Serving();
    serving.sockets.listen([at('127.0.0.1')]);
    await using client = await UdpClient.open(serving.portOf(0));
    const ids = Array.from({ length: 150 }, (_, id) => id);
    const answers = ids.map((id) => client.receive(id));
    for (const id of ids) await client.send(message(id));
    serving.sockets.listen([]);
    expect(await Promise.all(answers)).toEqual(ids.map(message));
    expect(serving.sockets.open).toEqual([]);
  });

  test('changes nothing where one address can not be had', () => {
    using serving = new Serving();
    serving.sockets.listen([at('127.0.0.1')]);
    const before = serving.sockets.open;
    const foreign = at('192.0.2.1');
    expect(serving.sockets.listen([at('127.0.0.2'), foreign])).toEqual({ listen: foreign, code: 'EADDRNOTAVAIL' });
    expect(serving.sockets.open).toEqual(before);
  });

  test('serves the sockets of a worker that died, with what is in them', async () => {
    const dead = new Serving();
    dead.sockets.listen([at('127.0.0.1')]);
    await using client = await UdpClient.open(dead.portOf(0));
    await client.send(message(1));
    using serving = new Serving([], dead.sockets.open);
    serving.sockets.listen([at('127.0.0.1')]);
    expect(serving.sockets.open).toEqual(dead.sockets.open);
    serving.serve(1);
    expect(await client.receive(1)).toEqual(message(1));
  });
});
