import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Connection, QUERIES_A_TURN, UNSENT_BYTES_MAX } from '../../../../src/dataplane/transports/connection.ts';
import { Seat } from '../../../../src/dataplane/transports/seat.ts';
import { framed } from '../../../support/dns-client.ts';
import { TestPlane } from './plane.ts';

/** A socket whose other end takes octets when it is told to, and not before. */
class SlowSocket extends Duplex {
  readonly taken: Buffer[] = [];
  largestUnsentBytes = 0;
  #finish: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: UNSENT_BYTES_MAX });
  }

  override _read(): void {}

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.largestUnsentBytes = Math.max(this.largestUnsentBytes, this.writableLength);
    this.taken.push(...chunks.map(({ chunk }) => chunk));
    this.#finish = done;
  }

  destroySoon(): void {
    this.end(() => this.destroy());
  }

  /** Takes what there is, and lets the event loop turn. */
  async drink(): Promise<boolean> {
    const finish = this.#finish;
    this.#finish = undefined;
    finish?.();
    await new Promise(setImmediate);
    return finish !== undefined;
  }

  async drinkAll(): Promise<Buffer> {
    while (await this.drink());
    return Buffer.concat(this.taken);
  }
}

function connect(answerBytes = 0) {
  const socket = new SlowSocket();
  const plane = new TestPlane({}, answerBytes);
  const seat = plane.streams.seat(socket as unknown as Socket);
  const connection = new Connection(plane, socket as unknown as Socket, seat, false);
  return { socket, plane, seat, connection };
}

function query(id: number): Buffer {
  const message = Buffer.alloc(20);
  message.writeUInt16BE(id);
  return message;
}

const turn = () => new Promise(setImmediate);

describe('a client that does not take its answers', () => {
  const ids = Array.from({ length: 10_000 }, (_, id) => id);
  const octets = Buffer.concat(ids.map((id) => framed(query(id))));

  test('is not read from, and costs no more than a bound', async () => {
    const { socket, connection } = connect(1000);
    socket.push(octets.subarray(0, 60_000));
    for (let turns = 0; turns < 10; turns++) await turn();
    expect(connection.isBlocked).toBe(true);
    expect(socket.isPaused()).toBe(true);
    expect(socket.writableLength).toBeLessThan(UNSENT_BYTES_MAX + 2 * 1002);
  });

  test('gets all 10,000, in order, once it does', async () => {
    const { socket } = connect(200);
    for (let at = 0; at < octets.length; at += 50_000) socket.push(octets.subarray(at, at + 50_000));
    await turn();
    const answers = await socket.drinkAll();
    const seen = ids.map((_, index) => answers.readUInt16BE(index * 202 + 2));
    expect(answers.length).toBe(10_000 * 202);
    expect(seen).toEqual(ids);
    expect(socket.largestUnsentBytes).toBeLessThan(UNSENT_BYTES_MAX + 2 * 202);
    expect(socket.isPaused()).toBe(false);
  });

  test('still gets them all when it has said that there is no more to come', async () => {
    const { socket } = connect(1000);
    socket.push(octets.subarray(0, 22 * 300));
    socket.push(null);
    await turn();
    expect(socket.readableEnded).toBe(true);
    expect((await socket.drinkAll()).length).toBe(300 * 1002);
    expect(socket.writableEnded).toBe(true);
  });

  test('still gets the answers to what had come when the server ends', async () => {
    const { socket, connection } = connect(1000);
    socket.push(octets.subarray(0, 22 * 300));
    await turn();
    connection.end();
    expect(socket.writableEnded).toBe(false);
    expect((await socket.drinkAll()).length).toBe(300 * 1002);
    expect(socket.writableEnded).toBe(true);
  });
});

describe('a client with more queries in hand than a turn has', () => {
  const queries = Array.from({ length: 4 * QUERIES_A_TURN }, (_, id) => framed(query(id)));

  test('is answered in turns with the others of its worker', async () => {
    const plane = new TestPlane();
    const order: string[] = [];
    const open = (name: string): SlowSocket => {
      const socket = new SlowSocket();
      const note = socket.write.bind(socket);
      socket.write = (chunk: unknown): boolean => {
        order.push(name);
        return note(chunk);
      };
      new Connection(plane, socket as unknown as Socket, plane.streams.seat(socket as unknown as Socket), false);
      return socket;
    };
    const greedy = open('greedy');
    const modest = open('modest');
    greedy.push(Buffer.concat(queries));
    await turn();
    modest.push(framed(query(1)));
    while (order.length < queries.length + 1) await turn();
    expect(order.indexOf('modest')).toBeLessThan(3 * QUERIES_A_TURN);
  });

  test('gets all answers when the server ends meanwhile', async () => {
    const { socket, connection } = connect();
    socket.push(Buffer.concat(queries));
    await turn();
    connection.end();
    const answers = await socket.drinkAll();
    while (!socket.writableEnded) await turn();
    expect(Buffer.concat([answers, await socket.drinkAll()]).length).toBeGreaterThanOrEqual(queries.length * 22);
    expect(Buffer.concat(socket.taken).length).toBe(queries.length * 22);
  });

  test('is forgotten with its connection', async () => {
    const { socket, plane } = connect();
    socket.push(Buffer.concat(queries));
    await turn();
    socket.destroy();
    const { tcpIpv6: before } = plane.messages;
    for (let turns = 0; turns < 10; turns++) await turn();
    expect(plane.messages.tcpIpv6).toBe(before);
  });
});

describe('a connection', () => {
  test('takes no more once it has ended', async () => {
    const { socket, connection } = connect();
    connection.end();
    socket.push(framed(query(1)));
    await turn();
    expect((await socket.drinkAll()).length).toBe(0);
  });

  test.each([
    ['nothing', Buffer.of()],
    ['less than a header', Buffer.alloc(11)],
  ])('that brings a message of %s is closed, with the answers to those before', async (_, message) => {
    const { socket, plane } = connect();
    socket.push(Buffer.concat([framed(query(1)), framed(message), framed(query(2))]));
    await turn();
    expect((await socket.drinkAll()).toString('hex')).toBe(framed(query(1)).toString('hex'));
    await turn();
    expect(socket.destroyed).toBe(true);
    expect(plane.counts).toEqual({ connections: 1, closedMalformed: 1 });
    expect(plane.streams.size).toBe(0);
  });

  test('says what the answer may depend on', () => {
    const { connection, seat } = connect();
    expect(connection).toMatchObject({ isStream: true, isEncrypted: false, idleMs: 60_000 });
    expect(seat).toBeInstanceOf(Seat);
  });
});
