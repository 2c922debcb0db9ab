import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Packet } from 'dns2';
import type { PlaneSettings } from '../../src/snapshot/settings.ts';
import { Answering, type TestWorld, type Way } from './answering.ts';
import { type Asked, optHex, option, query, subnetOption, tsigHex } from './ask.ts';
import { type AskedMessage, readAsked } from './asked-message.ts';
import { type Message, type Opt, readMessage } from './message.ts';
import { wireName } from './rdata-text.ts';

/** What is said of the server, and by which secret its cookies are made. */
const SETTINGS: PlaneSettings = {
  ...{ nsid: 'fuzz', hostname: 'ns1.example.net', version: '1.0' },
  cookies: { secrets: [new Uint8Array(16)], isRequired: false },
  explain: {
    name: Buffer.from(wireName('explain.example.com.'), 'latin1'),
    allow: [{ family: 4, words: [0, 0, 0, 0], bits: 0 }],
  },
};

const texts = (owner: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `${owner} TXT "${'x'.repeat(30)}${index}"`).join('\n');

/** Something of everything that an answer can be made of; `mid` is larger than 512 octets, `big` than 1232. */
const WORLD: TestWorld = {
  isExplained: true,
  zones: {
    'example.com.': `
@ SERVICE one
www A 192.0.2.1
foo A 192.0.2.2
*.wild TXT "w"
*.geo SERVICE geo
down SERVICE down
alias CNAME www.old
old DNAME new
*.new MX 10 www
loop CNAME loop
sub NS ns.sub
ns.sub A 192.0.2.53
sub DS 1 8 2 ${'ab'.repeat(32)}
${texts('mid', 20)}
${texts('big', 60)}
`,
    'child.example.com.': 'www A 192.0.2.3',
  },
  services: {
    one: { endpoints: { here: ['192.0.2.9', '2001:db8::9'] } },
    geo: {
      endpoints: { west: ['192.0.2.10', '2001:db8::10'], east: ['192.0.2.20', '192.0.2.21'] },
      steps: [
        {
          kind: 'map',
          settings: { rows: [{ from: { network: ['office'] }, to: ['east'] }, { to: ['west'] }], rest: 'equal' },
        },
      ],
      answers: 2,
    },
    down: { endpoints: { here: ['192.0.2.66'] } },
  },
  down: ['192.0.2.66'],
  networks: { office: ['203.0.113.0/24', '2001:db8:1::/48'] },
};

export function hostileWorld(): Answering {
  return new Answering(WORLD, SETTINGS);
}

const NAMES = [
  '',
  'www.',
  'nope.',
  'a.wild.',
  'q.geo.',
  'alias.',
  'x.old.',
  'loop.',
  'h.sub.',
  'down.',
  'mid.',
  'big.',
  'www.child.',
  'q.geo.example.com.explain.',
];
const TYPES = ['A', 'AAAA', 'TXT', 'DS', 'ANY', 'CNAME', 'SOA', 'NS', 'TYPE252', 'TYPE65280'];
const COOKIE = 10;
const KEEPALIVE = 11;
const PADDING = 12;
const SUBNET = 8;
/** All that a response may have: NSID, Client Subnet, cookie, keepalive, padding, extended error. */
const OPTIONS: ReadonlySet<number> = new Set([3, SUBNET, COOKIE, KEEPALIVE, PADDING, 15]);
const [nsid, keepalive, padding] = [3, KEEPALIVE, PADDING].map((code) => option(code, ''));

const TSIG = tsigHex();

/** What a query may say besides its question. */
const ASKED: readonly Asked[] = [
  {},
  { edns: { options: [subnetOption(1, 24, 'cb0071')] } },
  { edns: { payloadBytes: 512, options: [subnetOption(1, 20, 'cb0070'), option(COOKIE, 'fedcba9876543210')] } },
  {
    edns: {
      payloadBytes: 512,
      flags: 0x8000,
      options: [subnetOption(2, 48, '20010db80001'), option(COOKIE, '0123456789abcdef')],
    },
  },
  { edns: { options: [nsid, option(COOKIE, `0123456789abcdef01${'0'.repeat(30)}`), keepalive, padding] } },
  { edns: { version: 1 } },
  { counts: [1, 0, 0, 1], trailing: TSIG },
  { counts: [1, 0, 0, 2], trailing: optHex({ options: [option(COOKIE, 'fedcba9876543210')] }) + TSIG },
];

/** Good queries of every kind, for the world above: what mutations start from. */
export function goodQueries(): Buffer[] {
  const questions = NAMES.flatMap((name) => TYPES.map((type) => `${name}example.com. ${type}`));
  const sayings = ['id.server.', 'hostname.bind.', 'version.bind.', 'authors.bind.'].map((name) => `${name} TXT`);
  return ASKED.flatMap((asked) => [
    ...questions.map((question) => query(question, asked)),
    ...sayings.map((question) => query(question, { ...asked, class: 3 })),
    query('', asked),
  ]);
}

export interface Sample {
  readonly octets: Buffer;
  readonly origin: string;
}

/** The messages of all `hex<TAB>origin` files in a folder; none where it is not there. */
export function readCorpus(folder: string): Sample[] {
  let files: string[];
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.hex'));
  } catch {
    console.warn(`absent: ${folder}; its messages are not tried`);
    return [];
  }
  return files.sort().flatMap((file) =>
    readFileSync(resolve(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [hex = '', origin = ''] = line.split('\t');
        return { octets: Buffer.from(hex, 'hex'), origin: `${file} ${origin}` };
      }),
  );
}

/** Throws unless the answer is one that may be given to these octets, whatever they are. */
export function checkAnswer(sent: Buffer, answer: Uint8Array | undefined, way: Way): void {
  const asked = readAsked(sent);
  must((asked.rcodes === undefined) === (answer === undefined), 'silence for what is no query, and for nothing else');
  if (asked.rcodes === undefined || answer === undefined) return;
  const message = readMessage(answer);
  const { id, opcode, rcode, question, opt, tsig } = message;
  must(id === sent.readUInt16BE(0) && opcode === ((sent[2] >> 3) & 15), 'id and opcode come back');
  must(asked.rcodes.includes(rcode), `the rcode ${rcode}, of ${asked.rcodes.join()}`);
  must(readByDns2(answer, message), 'dns2 reads the same counts');
  checkFlags(sent, message);
  const { questionBytes } = asked;
  must((question === '') === (questionBytes === 0), 'the question, where one was understood');
  must(Buffer.compare(answer.subarray(12, 12 + questionBytes), sent.subarray(12, 12 + questionBytes)) === 0, 'as sent');
  must(rcode === 0 || rcode === 3 || rcode === 6 || isBare(message), 'an error has no records');
  must(question !== '' || answer.length === 12 + optBytes(opt), 'without a question there is no answer');
  must((opt === undefined) === (asked.opt === undefined), 'an OPT for an OPT');
  must((tsig === undefined) === (rcode !== 9), 'a TSIG for one that is well formed');
  const bytesMax = Math.min(1232, asked.opt?.payloadBytes ?? 512);
  must(way.isStream === true || answer.length <= bytesMax, 'a datagram is no larger than the client takes');
  if (asked.opt !== undefined && opt !== undefined) checkOpt(asked.opt, opt, answer.length, rcode, way);
}

const isBare = ({ answer, authority, additional }: Message): boolean =>
  answer.length + authority.length + additional.length === 0;

/** RD and CD of a query come back; RA, AD and the reserved bit never stand there; AA and TC only where they mean something. */
function checkFlags(sent: Buffer, { opcode, rcode, flags }: Message): void {
  const has = (flag: string): boolean => flags.split(' ').includes(flag);
  must(!has('ra') && !has('ad') && !has('z'), `no flag that is not ours: ${flags}`);
  must(has('rd') === (opcode === 0 && (sent[2] & 1) !== 0), 'RD as it came');
  must(has('cd') === (opcode === 0 && (sent[3] & 0x10) !== 0), 'CD as it came');
  must(rcode === 0 || rcode === 3 || rcode === 6 || (!has('aa') && !has('tc')), `an error has neither AA nor TC`);
}

function checkOpt(asked: NonNullable<AskedMessage['opt']>, opt: Opt, bytes: number, rcode: number, way: Way): void {
  must(opt.version === 0 && opt.payloadBytes === 1232, 'our version, and our payload size');
  must(opt.flags === (asked.isDnssecOk ? 0x8000 : 0), 'DO as it came, and no other flag');
  const options = new Map(opt.options);
  must(options.size === opt.options.length, 'no option stands there twice');
  for (const code of options.keys()) must(OPTIONS.has(code), `an option of ours: ${code}`);
  const cookie = options.get(COOKIE);
  must((cookie === undefined) === (asked.cookie === undefined), 'a cookie for a cookie');
  must(cookie === undefined || cookie.length === 48, 'of 24 octets');
  must(cookie?.slice(0, 16) === asked.cookie?.toString('hex', 0, 8), 'behind the part of the client');
  checkSubnet(asked.subnet, options.get(SUBNET), rcode);
  must(way.isEncrypted === true || !options.has(PADDING), 'no padding where anybody can read it');
  must(!options.has(PADDING) || bytes % 468 === 0 || bytes === 0xffff, 'padding pads to a block');
  must(way.idleMs !== undefined || !options.has(KEEPALIVE), 'no time-out of what is no connection');
}

/** Family, source and address come back (RFC 7871 section 7.2.1); the scope is one that the family can have. */
function checkSubnet(sent: Buffer | undefined, got: string | undefined, rcode: number): void {
  if (got === undefined || sent === undefined) {
    must(got === undefined && (sent === undefined || rcode === 1 || rcode === 4), 'a Client Subnet for one');
    return;
  }
  const echoed = Buffer.from(got, 'hex');
  const scopeBits = echoed[3];
  must(scopeBits <= (sent[1] === 2 ? 128 : 32) && (sent[2] > 0 || scopeBits === 0), `a scope: ${scopeBits}`);
  echoed[3] = 0;
  must(echoed.equals(sent), 'the Client Subnet as it came');
}

/** Whether dns2, for which OPT and TSIG are left out (it does not end on some), finds as many records as the header says. */
function readByDns2(octets: Uint8Array, { answer, authority, additional }: Message): boolean {
  const bare = Buffer.from(octets);
  bare.writeUInt16BE(additional.length, 10);
  const { answers, authorities, additionals } = Packet.parse(bare);
  const counts = [answers, authorities, additionals].map((records) => records.length);
  return counts.join() === [answer, authority, additional].map((lines) => lines.length).join();
}

function optBytes(opt: Opt | undefined): number {
  return opt === undefined ? 0 : opt.options.reduce((sum, [, data]) => sum + 4 + data.length / 2, 11);
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not so: ${what}`);
}
