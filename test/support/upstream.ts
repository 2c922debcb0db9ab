import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** How a resolver behaves. */
export type Conduct = 'answers' | 'silent' | 'garbage' | 'none' | 'fails';

const RCODE = { answers: 0, none: 3, fails: 2 } as const;

/** A resolver that knows one thing: the IPv4 addresses of whatever name it is asked for. */
export class UpstreamResolver implements AsyncDisposable {
  readonly port: number;
  conduct: Conduct = 'answers';
  addresses: readonly string[];
  ttlSeconds = 1;
  /** Where it is set, the name is an alias of another with the addresses. */
  aliasTtlSeconds: number | undefined;
  queries = 0;
  readonly #socket: Socket;

  private constructor(socket: Socket, addresses: readonly string[]) {
    this.#socket = socket;
    this.port = socket.address().port;
    this.addresses = addresses;
    socket.on('message', (query, from) => this.#answer(query, from));
  }

  /** @param port 0 for a free one. */
  static async start(addresses: readonly string[], port = 0): Promise<UpstreamResolver> {
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return new UpstreamResolver(socket, addresses);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #answer(query: Buffer, { port, address }: RemoteInfo): void {
    this.queries++;
    if (this.conduct === 'silent') return;
    const response = this.conduct === 'garbage' ? garbage(query) : this.#response(query, RCODE[this.conduct]);
    this.#socket.send(response, port, address);
  }

  #records(): readonly Buffer[] {
    const { aliasTtlSeconds, ttlSeconds } = this;
    const alias =
      aliasTtlSeconds === undefined ? [] : [record(OWN_NAME, 5, aliasTtlSeconds, Buffer.from(ALIASED, 'hex'))];
    const owner = aliasTtlSeconds === undefined ? OWN_NAME : ALIASED;
    const octets = this.addresses.map((address) => Buffer.from(address.split('.').map(Number)));
    return [...alias, ...octets.map((rdata) => record(owner, 1, ttlSeconds, rdata))];
  }

  #response(query: Buffer, rcode: number): Buffer {
    const end = query.indexOf(0, 12) + 5;
    const isA = query.readUInt16BE(end - 4) === 1;
    const records = isA && rcode === 0 ? this.#records() : [];
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | rcode, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    return Buffer.concat([header, query.subarray(12, end), ...records]);
  }
}

const OWN_NAME = 'c00c'; // a pointer to the question's
const ALIASED = '0178c00c'; // x, below it

function record(owner: string, type: number, ttlSeconds: number, rdata: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(rdata.length, 8);
  return Buffer.concat([Buffer.from(owner, 'hex'), fixed, rdata]);
}

/** The header of an answer with nine records, and none of them. */
function garbage(query: Buffer): Buffer {
  return Buffer.concat([query.subarray(0, 2), Buffer.from('81800001000900000000deadbeef', 'hex')]);
}
