import { run } from '../support/programs.ts';

/** What dig printed of a response. */
export interface Dug {
  readonly opcode: string;
  /** '' where there was no response. */
  readonly status: string;
  /** `qr aa rd`. */
  readonly flags: string;
  /** `version: 0, flags: do; udp: 1232`; undefined where the response has no OPT. */
  readonly edns: string | undefined;
  /** The options of the OPT as dig shows them: `CLIENT-SUBNET: 18.7.0.0/16/8`. */
  readonly options: readonly string[];
  /** Extended DNS errors (RFC 8914): why, beside what. */
  readonly reasons: readonly string[];
  /** `www.example.com. IN A`; '' where it was not repeated. */
  readonly question: string;
  /** Records with single spaces between their fields: `www.example.com. 30 IN A 192.0.2.1`. */
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
  readonly transport: string;
  readonly sizeBytes: number;
  /** Whatever dig finds wrong, but for recursion, which is not on offer. */
  readonly complaints: readonly string[];
  readonly text: string;
}

/** Where to ask; @param host 127.0.0.1 unless told. */
export interface At {
  readonly port: number;
  readonly host?: string;
}

/** One question a time, and nothing of dig's own accord: neither a cookie nor another try. */
const PLAIN = ['+tries=1', '+time=5', '+nocookie'];

/** Runs dig with the arguments behind the server, as one would write them in a shell. */
export async function dig({ port, host = '127.0.0.1' }: At, args: string): Promise<Dug> {
  const { out, err } = await run('dig', [`@${host}`, '-p', String(port), ...PLAIN, ...args.split(' ')]);
  return readDig(out + err);
}

const EXPECTED_WARNING = 'recursion requested but not available';

export function readDig(text: string): Dug {
  const lines = text.split('\n');
  const opt = sectionOf(lines, 'OPT PSEUDOSECTION').map((line) => line.replace(/^; ?/, ''));
  const complaints = lines.filter((line) => /warning|malformed|unexpected|communications error|timed out/i.test(line));
  return {
    opcode: /opcode: (\w+)/.exec(text)?.[1] ?? '',
    status: /status: (\w+)/.exec(text)?.[1] ?? '',
    flags: /^;; flags: ([a-z ]*)/m.exec(text)?.[1] ?? '',
    edns: opt.find((line) => line.startsWith('EDNS: '))?.slice('EDNS: '.length),
    options: opt.filter((line) => !/^(EDNS|EDE): /.test(line)),
    reasons: opt.filter((line) => line.startsWith('EDE: ')),
    question: sectionOf(lines, '(QUESTION|ZONE) SECTION').map(spaced).join().replace(/^;/, ''),
    answer: recordsOf(lines, 'ANSWER SECTION'),
    authority: recordsOf(lines, 'AUTHORITY SECTION'),
    additional: recordsOf(lines, 'ADDITIONAL SECTION'),
    transport: /^;; SERVER: .*\((UDP|TCP)\)$/m.exec(text)?.[1] ?? '',
    sizeBytes: Number(/MSG SIZE {2}rcvd: (\d+)/.exec(text)?.[1] ?? 0),
    complaints: complaints.filter((line) => !line.includes(EXPECTED_WARNING)),
    text,
  };
}

function sectionOf(lines: readonly string[], heading: string): readonly string[] {
  const start = lines.findIndex((line) => new RegExp(`^;; ${heading}:$`).test(line));
  if (start === -1) return [];
  const end = lines.findIndex((line, at) => at > start && (line === '' || line.startsWith(';;')));
  return lines.slice(start + 1, end);
}

function recordsOf(lines: readonly string[], heading: string): readonly string[] {
  return sectionOf(lines, heading).map(spaced);
}

/** Tabs and runs of spaces between fields are dig's layout; those within quotes are data. */
export function spaced(line: string): string {
  return line.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted: string | undefined) => quoted ?? ' ');
}
