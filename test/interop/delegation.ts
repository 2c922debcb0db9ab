import { isIPv6 } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type Question, type Response, TcpClient, UdpClient } from '../support/dns-client.ts';

/** One thing that must hold, and what was found. */
export interface Row {
  readonly what: string;
  readonly isRight: boolean;
  readonly found: string;
}

export interface Delegation {
  /** The zone that is delegated, without final dot. */
  readonly zone: string;
  /** A server of the parent zone, by address. */
  readonly parent: string;
  readonly port: number;
  /** Addresses of name servers whose names are not in the zone, so that the parent has no glue for them. */
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  /** What every server must answer alike, beside the NS records. */
  readonly questions?: readonly Question[];
}

interface Server {
  readonly name: string;
  readonly address: string;
}

/** Nobody would wait longer for a server; and one that is merely busy has answered by then. */
const ANSWER_MS_MAX = 5_000;

const AXFR = 252;
const ABSENT = 'no answer';

/** Checks a delegation from both sides, as a registry would. All rows, those that hold too. */
export async function checkDelegation(delegation: Delegation): Promise<readonly Row[]> {
  const { zone, parent, port, addresses = {} } = delegation;
  const referral = await askUdp({ name: zone, type: 'NS' }, parent, port);
  const names = sortedUnique(rdataOf(referral?.authorities, zone, 'NS'));
  const glue = names.flatMap((name) => glueOf(referral, name).map((address) => ({ name, address })));
  const others = names.flatMap((name) => (addresses[name] ?? []).map((address) => ({ name, address })));
  const unreachable = names.filter((name) => ![...glue, ...others].some((server) => server.name === name));
  const rows = [
    row('the parent refers, without authority', referral?.flags === 'qr' && names.length > 0, flagsOf(referral)),
    row('there are two name servers at least', names.length >= 2, names.join(' ')),
    row('each has glue, or a known address', unreachable.length === 0, unreachable.join(' ')),
  ];
  const servers = [...glue, ...others];
  const perServer = await Promise.all(servers.map((server) => checkServer(delegation, server, names, glue)));
  return [...rows, ...perServer.flat(), ...(await compareServers(delegation, servers))];
}

/** What one server must do by itself. */
async function checkServer(
  { zone, port }: Delegation,
  { name, address }: Server,
  parentNames: readonly string[],
  glue: readonly Server[],
): Promise<readonly Row[]> {
  const udp = (question: Question) => askUdp(question, address, port);
  const soa = { name: zone, type: 'SOA' } as const;
  const [overUdp, overTcp, ns, edns, badVersion, elsewhere, transfer, own] = await Promise.all([
    ...[udp(soa), askTcp(soa, address, port), udp({ name: zone, type: 'NS' })],
    ...[udp({ ...soa, payloadBytes: 1232 }), udp({ ...soa, ednsVersion: 1 })],
    ...[udp({ name: 'elsewhere.invalid' }), askTcp({ name: zone, type: AXFR }, address, port)],
    udp({ name, type: isIPv6(address) ? 'AAAA' : 'A' }),
  ]);
  const childNames = sortedUnique(rdataOf(ns?.answers, zone, 'NS'));
  const [glueAddresses, ownAddresses] = [
    glue.filter((server) => server.name === name && isIPv6(server.address) === isIPv6(address)),
    sortedUnique(own?.addresses ?? []),
  ];
  const expected = sortedUnique(glueAddresses.map((server) => server.address)).join(' ');
  const of = (what: string, isRight: boolean, found: string) => row(`${name} ${address}: ${what}`, isRight, found);
  return [
    of('answers with authority over UDP', isAuthoritative(overUdp), flagsOf(overUdp)),
    of('answers with authority over TCP', isAuthoritative(overTcp), flagsOf(overTcp)),
    of('has the NS records that the parent has', childNames.join() === parentNames.join(), childNames.join(' ')),
    of(
      'has the addresses that are glue',
      expected === '' || ownAddresses.join(' ') === expected,
      ownAddresses.join(' '),
    ),
    of('speaks EDNS', edns?.edns !== undefined && isAuthoritative(edns), flagsOf(edns)),
    of('negotiates the version of EDNS', badVersion?.rcode === 'BADVERS', flagsOf(badVersion)),
    of('offers no recursion', elsewhere?.rcode === 'REFUSED' && !hasFlag(elsewhere, 'ra'), flagsOf(elsewhere)),
    of('hands out no zone', transfer?.answers.length === 0, flagsOf(transfer)),
  ];
}

/** What all servers must say alike. */
async function compareServers(
  { zone, port, questions = [] }: Delegation,
  servers: readonly Server[],
): Promise<readonly Row[]> {
  const serial = (soa: Response | undefined) => soa?.answers[0]?.split(' ')[5] ?? ABSENT;
  const same = async (what: string, question: Question, read: (response: Response | undefined) => string) => {
    const found = await Promise.all(servers.map(({ address }) => askUdp(question, address, port).then(read)));
    const distinct = sortedUnique(found);
    return row(`all servers agree on ${what}`, distinct.length === 1 && distinct[0] !== ABSENT, distinct.join(' | '));
  };
  return Promise.all([
    same('the serial', { name: zone, type: 'SOA' }, serial),
    ...questions.map((question) => same(`${question.name} ${question.type ?? 'A'}`, question, answerOf)),
  ]);
}

/** An answer without order and TTLs, which may differ between servers that say the same. */
function answerOf(response: Response | undefined): string {
  if (response === undefined) return ABSENT;
  const lines = response.answers.map((line) => line.replace(/^(\S+) \d+ /, '$1 '));
  return [response.rcode, ...lines.sort()].join(' ');
}

function glueOf(referral: Response | undefined, name: string): readonly string[] {
  return [...rdataOf(referral?.additionals, name, 'A'), ...rdataOf(referral?.additionals, name, 'AAAA')];
}

/** The rdata of the records of one owner and type, in lower case. */
function rdataOf(lines: readonly string[] = [], owner: string, type: string): readonly string[] {
  const records = lines.map((line) => line.toLowerCase().split(' '));
  return records
    .filter(([name, , recordType]) => name === owner && recordType === type.toLowerCase())
    .map((fields) => fields.slice(3).join(' '));
}

const sortedUnique = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
const hasFlag = ({ flags }: Response, flag: string): boolean => flags.split(' ').includes(flag);
const row = (what: string, isRight: boolean, found: string): Row => ({ what, isRight, found });

function isAuthoritative(response: Response | undefined): boolean {
  return response?.rcode === 'NOERROR' && hasFlag(response, 'aa') && response.answers.length > 0;
}

function flagsOf(response: Response | undefined): string {
  return response === undefined ? ABSENT : `${response.rcode} ${response.flags}`;
}

async function askUdp(question: Question, host: string, port: number): Promise<Response | undefined> {
  await using client = await UdpClient.open(port, host);
  return await inTime(client.ask(question));
}

async function askTcp(question: Question, host: string, port: number): Promise<Response | undefined> {
  const client = await inTime(TcpClient.open(port, host));
  if (client === undefined) return undefined;
  await using open = client;
  return await inTime(open.ask(question));
}

/** A server that does not answer is a finding, not an error. */
function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  const settled = answer.catch(() => undefined);
  return Promise.race([settled, setTimeout(ANSWER_MS_MAX, undefined, { ref: false })]);
}
