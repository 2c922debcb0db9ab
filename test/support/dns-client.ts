import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6, type Socket, connect as tcpConnect } from 'node:net';
import { Packet } from 'dns2';

/** What is asked; without a type, for an address. */
export interface Question {
  readonly name: string;
  readonly type?: keyof typeof Packet.TYPE | number;
  readonly id?: number;
  /** Client Subnet (RFC 7871): `18.7.22.69` stands for all of its bits, `0.0.0.0/0` for 'do not use'. */
  readonly subnet?: string | undefined;
  /** The payload size of an OPT; with a subnet there is one anyway. */
  readonly payloadBytes?: number;
  readonly ednsVersion?: number;
  readonly opcode?: number;
}

/** A response, its records as lines such as `www.example.com 20 A 192.0.2.1`. */
export interface Response {
  readonly id: number;
  readonly rcode: string;
  /** As dig prints them: `qr aa tc rd`. */
  readonly flags: string;
  readonly question: string;
  readonly answers: readonly string[];
  readonly authorities: readonly string[];
  readonly additionals: readonly string[];
  /** Of the A and AAAA records among the answers, in their order. */
  readonly addresses: readonly string[];
  readonly edns: { readonly payloadBytes: number; readonly subnet: string; readonly scopeBits: number } | undefined;
  readonly sizeBytes: number;
}

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN'];
const OPT = 41;
const CLIENT_SUBNET = 8;
const ANSWER_MS_MAX = 8_000; // of a machine with other work to do; only what is lost takes so long

let lastId = 0;

/** The wire form of a question, made without any code of Aya's. */
export function encodeQuery({ name, type = 'A', id, opcode = 0, ...edns }: Question): Buffer {
  lastId = (lastId + 1) & 0xffff;
  const opt = encodeOpt(edns);
  const header = Buffer.alloc(12);
  header.writeUInt16BE(id ?? lastId, 0);
  header.writeUInt8(opcode << 3, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(opt.length === 0 ? 0 : 1, 10);
  const labels = name.split('.').filter((label) => label !== '');
  const owner = labels.map((label) => Buffer.from(String.fromCharCode(label.length) + label, 'latin1'));
  const code = typeof type === 'number' ? type : Packet.TYPE[type];
  return Buffer.concat([header, ...owner, Buffer.of(0, code >> 8, code & 0xff, 0, 1), opt]);
}

function encodeOpt({ subnet, payloadBytes, ednsVersion }: Omit<Question, 'name'>): Buffer {
  if (subnet === undefined && payloadBytes === undefined && ednsVersion === undefined) return Buffer.alloc(0);
  const options = subnet === undefined ? Buffer.alloc(0) : encodeSubnet(subnet);
  const opt = Buffer.alloc(11);
  opt.writeUInt16BE(OPT, 1);
  opt.writeUInt16BE(payloadBytes ?? 1232, 3);
  opt.writeUInt8(ednsVersion ?? 0, 6);
  opt.writeUInt16BE(options.length, 9);
  return Buffer.concat([opt, options]);
}

function encodeSubnet(subnet: string): Buffer {
  const [address = '', bits] = subnet.split('/');
  const isV6 = isIPv6(address);
  const sourceBits = bits === undefined ? (isV6 ? 128 : 32) : Number(bits);
  const octets = isV6 ? octetsOfV6(address) : address.split('.').map(Number);
  const kept = octets.slice(0, Math.ceil(sourceBits / 8));
  return Buffer.of(0, CLIENT_SUBNET, 0, 4 + kept.length, 0, isV6 ? 2 : 1, sourceBits, 0, ...kept);
}

function octetsOfV6(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '');
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

/** Decodes a whole message: an octet too many, or a record that dns2 can't read, is an error. */
export function decodeResponse(message: Buffer): Response {
  const opt = findOpt(message);
  const bare = Buffer.from(message);
  // Without the OPT, which is the last record: dns2 does not end on the options of some lengths.
  if (opt !== undefined) bare.writeUInt16BE(bare.readUInt16BE(10) - 1, 10);
  const { header, questions, answers, authorities, additionals } = Packet.parse(bare);
  const read = [answers.length, authorities.length, additionals.length];
  if (read.join() !== [header.ancount, header.nscount, header.arcount].join()) throw new Error('records unread');
  const { qr, aa, tc, rd, ra } = header;
  const flags = Object.entries({ qr, aa, tc, rd, ra }).flatMap(([flag, isSet]) => (isSet === 1 ? [flag] : []));
  const rcode = header.rcode | ((opt?.rcodeHigh ?? 0) << 4);
  return {
    id: header.id,
    rcode: rcode === 16 ? 'BADVERS' : (RCODES[rcode] ?? String(rcode)),
    flags: flags.join(' '),
    question: questions.map(({ name, type }) => `${name} ${typeName(type)}`).join(),
    answers: answers.map(line),
    authorities: authorities.map(line),
    additionals: additionals.map(line),
    addresses: answers.flatMap(({ address }) => (address === undefined ? [] : [address])),
    edns: opt,
    sizeBytes: message.length,
  };
}

function typeName(type: number): string {
  return Object.entries(Packet.TYPE).find(([, code]) => code === type)?.[0] ?? `TYPE${type}`;
}

function line({ name, type, class: _class, ttl, ...rdata }: Packet['answers'][number]): string {
  const fields = Object.values(rdata).map((field: unknown) => (Array.isArray(field) ? field.join('|') : String(field)));
  return [name, ttl, typeName(type), ...fields].join(' ');
}

/** Walks over every record, to see that they fill the message, and reads the OPT if there is one. */
function findOpt(message: Buffer): (NonNullable<Response['edns']> & { readonly rcodeHigh: number }) | undefined {
  const [questions, ...sections] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  let at = 12;
  for (let left = questions ?? 0; left > 0; left--) at = skipName(message, at) + 4;
  let optAt: number | undefined;
  for (let left = sections.reduce((sum, count) => sum + count); left > 0; left--) {
    const fixed = skipName(message, at);
    if (message.readUInt16BE(fixed) === OPT) optAt = fixed;
    at = fixed + 10 + message.readUInt16BE(fixed + 8);
  }
  if (at !== message.length) throw new Error(`a message of ${message.length} octets whose records end at ${at}`);
  if (optAt === undefined) return undefined;
  const rdata = message.subarray(optAt + 10, optAt + 10 + message.readUInt16BE(optAt + 8));
  const [rcodeHigh, payloadBytes] = [message.readUInt8(optAt + 4), message.readUInt16BE(optAt + 2)];
  if (rdata.length === 0) return { rcodeHigh, payloadBytes, subnet: '', scopeBits: 0 };
  return {
    rcodeHigh,
    payloadBytes,
    subnet: `${rdata.subarray(8).toString('hex')}/${rdata.readUInt8(6)}`,
    scopeBits: rdata.readUInt8(7),
  };
}

function skipName(message: Buffer, start: number): number {
  let at = start;
  for (let size = message.readUInt8(at); size !== 0; size = message.readUInt8(at)) {
    if (size >= 0xc0) return at + 2;
    at += 1 + size;
  }
  return at + 1;
}

/** What both transports do: match responses with questions by their id. */
abstract class Client implements AsyncDisposable {
  /** Messages that nobody waits for. */
  readonly strays: Buffer[] = [];
  readonly #waiting = new Map<number, (message: Buffer) => void>();

  /** Resolves when the system has the message: on loopback the server's socket has it then. */
  abstract send(message: Buffer): Promise<void>;
  abstract [Symbol.asyncDispose](): Promise<void>;

  async ask(question: Question | string): Promise<Response> {
    return decodeResponse(
      await this.exchange(encodeQuery(typeof question === 'string' ? { name: question } : question)),
    );
  }

  /** Sends a message and resolves with the next one of the same id. */
  exchange(message: Buffer): Promise<Buffer> {
    const response = this.receive(message.readUInt16BE(0));
    void this.send(message);
    return response;
  }

  /** Resolves with the next message of an id; rejects where none comes. */
  receive(id: number): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`no answer to the query with id ${id} within ${ANSWER_MS_MAX} ms`));
      }, ANSWER_MS_MAX);
      this.#waiting.set(id, (message) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(message);
      });
    });
  }

  protected deliver(message: Buffer): void {
    const take = message.length < 2 ? undefined : this.#waiting.get(message.readUInt16BE(0));
    if (take === undefined) this.strays.push(message);
    else take(message);
  }
}

/** A UDP socket that asks one server. */
export class UdpClient extends Client {
  readonly #socket: UdpSocket;
  readonly #port: number;
  readonly #host: string;

  private constructor(socket: UdpSocket, port: number, host: string) {
    super();
    this.#socket = socket;
    this.#port = port;
    this.#host = host;
    socket.on('message', (message) => this.deliver(message));
  }

  /** @param from the address to ask from: what a server without Client Subnet takes for the client. */
  static async open(port: number, host = '127.0.0.1', from = isIPv6(host) ? '::1' : '127.0.0.1'): Promise<UdpClient> {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.bind(0, from);
    await once(socket, 'listening');
    return new UdpClient(socket, port, host);
  }

  send(message: Buffer): Promise<void> {
    return new Promise((resolve) => this.#socket.send(message, this.#port, this.#host, () => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}

/** A TCP connection to one server. */
export class TcpClient extends Client {
  readonly socket: Socket;
  /** Resolves when the connection is over, by whichever side. */
  readonly closed: Promise<unknown>;
  #unread: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    super();
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}); // A reset is one way for the server to close.
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** @param from the address to connect from. */
  static async open(port: number, host = '127.0.0.1', from?: string): Promise<TcpClient> {
    const socket = tcpConnect({ port, host, noDelay: true, ...(from !== undefined && { localAddress: from }) });
    await once(socket, 'connect');
    return new TcpClient(socket);
  }

  /** On a connection that is there, encrypted perhaps. */
  static over(socket: Socket): TcpClient {
    return new TcpClient(socket);
  }

  send(message: Buffer): Promise<void> {
    return this.write(framed(message));
  }

  /** Octets as they are; resolves as {@link send} does. */
  write(octets: Buffer): Promise<void> {
    return new Promise((resolve) => this.socket.write(octets, () => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.closed;
  }

  #take(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    while (this.#unread.length >= 2 && this.#unread.length >= 2 + this.#unread.readUInt16BE()) {
      const end = 2 + this.#unread.readUInt16BE();
      this.deliver(this.#unread.subarray(2, end));
      this.#unread = this.#unread.subarray(end);
    }
  }
}

/** A message behind its length (RFC 1035 section 4.2.2). */
export function framed(message: Buffer): Buffer {
  return Buffer.concat([Buffer.of(message.length >> 8, message.length & 0xff), message]);
}
