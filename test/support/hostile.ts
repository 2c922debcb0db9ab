import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Answering, type TestWorld, type Way } from './answering.ts';
import { type Asked, option, query, subnetOption } from './ask.ts';
import { type Opt, readMessage } from './message.ts';

/** What is said of the server, and by which secret its cookies are made. */
const SETTINGS = {
  ...{ nsid: 'fuzz', hostname: 'ns1.example.net', version: '1.0' },
  cookies: { secrets: [new Uint8Array(16)], isRequired: false },
};

/** Something of everything that an answer can be made of. */
const WORLD: TestWorld = {
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
${Array.from({ length: 60 }, (_, index) => `big TXT "${'x'.repeat(30)}${index}"`).join('\n')}
`,
    'child.example.com.': 'www A 192.0.2.3',
  },
  services: {
    one: { endpoints: { here: ['192.0.2.9', '2001:db8::9'] } },
    geo: {
      endpoints: { west: ['192.0.2.10', '2001:db8::10'], east: ['192.0.2.20', '192.0.2.21'] },
      steps: [{ kind: 'map', settings: [{ from: { network: ['office'] }, to: ['east'] }, { to: ['west'] }] }],
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
  'big.',
  'www.child.',
];
const TYPES = ['A', 'AAAA', 'TXT', 'DS', 'ANY', 'CNAME', 'SOA', 'NS', 'TYPE252', 'TYPE65280'];
const COOKIE = 10;
const KEEPALIVE = 11;
const PADDING = 12;
const [nsid, keepalive, padding] = [3, KEEPALIVE, PADDING].map((code) => option(code, ''));

/** What a query may say besides its question. */
const ASKED: readonly Asked[] = [
  {},
  { edns: { options: [subnetOption(1, 24, 'cb0071')] } },
  {
    edns: {
      payloadBytes: 512,
      flags: 0x8000,
      options: [subnetOption(2, 48, '20010db80001'), option(COOKIE, '0123456789abcdef')],
    },
  },
  { edns: { options: [nsid, option(COOKIE, `0123456789abcdef01${'0'.repeat(30)}`), keepalive, padding] } },
  { edns: { version: 1 } },
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

/** FORMERR, NXDOMAIN, NOTIMP, REFUSED, YXDOMAIN, BADVERS, BADCOOKIE and success; SERVFAIL never: all there is to know is at hand. */
const RCODES: ReadonlySet<number> = new Set([0, 1, 3, 4, 5, 6, 16, 23]);

/** Throws unless the answer is one that may be given to these octets, whatever they are. */
export function checkAnswer(sent: Uint8Array, answer: Uint8Array | undefined, way: Way): void {
  const isSilent = sent.length < 12 || (sent[2] & 0x80) !== 0;
  must(isSilent === (answer === undefined), 'silence for what is no query, and for nothing else');
  if (answer === undefined) return;
  const { id, opcode, rcode, flags, question, opt } = readMessage(answer);
  must(id === ((sent[0] << 8) | sent[1]) && opcode === ((sent[2] >> 3) & 15), 'id and opcode come back');
  must(RCODES.has(rcode), `an rcode we give: ${rcode}`);
  must(!/\b(ra|ad|z)\b/.test(flags), `no flag that is not ours: ${flags}`);
  must(!/\b(rd|cd)\b/.test(flags) || opcode === 0, `no flag of a query under another opcode: ${flags}`);
  must(opcode === 0 || rcode === 4 || rcode === 16, 'other opcodes are not implemented');
  const questionBytes = question === '' ? 0 : questionLength(answer);
  must(
    Buffer.compare(answer.subarray(12, 12 + questionBytes), sent.subarray(12, 12 + questionBytes)) === 0,
    'the question as sent',
  );
  const hasCookie = opt?.options.some(([code]) => code === COOKIE) ?? false;
  must(rcode !== 23 || hasCookie, 'who shall come again with a cookie is given one');
  must(
    question !== '' || rcode === 1 || rcode === 4 || rcode === 16 || hasCookie,
    'a question, or a cookie to ask for',
  );
  must(question !== '' || answer.length === 12 + optBytes(opt), 'without a question there is no answer');
  must(way.isStream === true || answer.length <= (opt === undefined ? 512 : 1232), 'a datagram is small enough');
  const codes = new Set(opt?.options.map(([code]) => code));
  must(codes.size === (opt?.options.length ?? 0), 'no option stands there twice');
  must(way.isEncrypted === true || !codes.has(PADDING), 'no padding where anybody can read it');
  must(!codes.has(PADDING) || answer.length % 468 === 0 || answer.length === 0xffff, 'padding pads to a block');
  must(way.idleMs !== undefined || !codes.has(KEEPALIVE), 'no time-out of what is no connection');
}

function optBytes(opt: Opt | undefined): number {
  return opt === undefined ? 0 : opt.options.reduce((sum, [, data]) => sum + 4 + data.length / 2, 11);
}

function questionLength(message: Uint8Array): number {
  let at = 12;
  while (message[at] !== 0) at += 1 + message[at];
  return at + 5 - 12;
}

function must(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`not so: ${what}`);
}
