import { Packet } from 'dns2';
import { describe, expect, test } from 'vitest';
import type { Answering, Way } from './answering.ts';
import { type Asked, query } from './ask.ts';
import { type Message, readMessage } from './message.ts';

export const RCODES = {
  ...{ NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5, YXDOMAIN: 6, NOTAUTH: 9, BADVERS: 16 },
  BADCOOKIE: 23,
} as const;
export type Rcode = keyof typeof RCODES;

/** One question and all of its answer. What a row leaves out is the usual: NOERROR, aa, an empty section. */
export interface Case extends Way {
  readonly name: string;
  /** `www.example.com. A`; or octets. */
  readonly query: string | Uint8Array;
  readonly asked?: Asked;
  readonly rcode?: Rcode;
  readonly flags?: string;
  /** Lines such as `www.example.com. 300 A 192.0.2.1`, in any order. */
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  /** As {@link Message.tsig} has it. */
  readonly tsig?: string;
  /** Options of the response's OPT as hex, by code; without it, the OPT has none. */
  readonly options?: readonly (readonly [code: number, data: string])[];
}

/** A test for every row, under one heading. */
export function testCases(heading: string, answering: Answering, rows: readonly Case[]): void {
  describe(heading, () => {
    for (const row of rows) test(row.name, () => expectCase(answering, row));
  });
}

export function expectCase(answering: Answering, row: Case): void {
  const octets = typeof row.query === 'string' ? query(row.query, row.asked) : row.query;
  const response = decode(answering.ask(octets, row));
  const { rcode = 'NOERROR', answer = [], authority = [], additional = [] } = row;
  const { rcode: code, flags, opt, tsig } = response;
  const sorted = (section: readonly string[]) => [...section].sort();
  expect({
    rcode: rcodeText(code),
    flags,
    answer: sorted(response.answer),
    authority: sorted(response.authority),
    additional: sorted(response.additional),
    options: opt?.options ?? [],
    tsig,
  }).toEqual({
    rcode,
    flags: row.flags ?? (rcode === 'NOERROR' || rcode === 'NXDOMAIN' || rcode === 'YXDOMAIN' ? 'aa' : ''),
    answer: sorted(answer),
    authority: sorted(authority),
    additional: sorted(additional),
    options: row.options ?? [],
    tsig: row.tsig,
  });
  if (typeof row.query === 'string') expect(opt === undefined).toBe(row.asked?.edns === undefined);
}

/** Decodes a response that must be there, by our decoder for tests and by dns2's, which must agree. */
export function decode(octets: Uint8Array | undefined): Message {
  if (octets === undefined) throw new Error('there is no answer');
  const message = readMessage(octets);
  expectAgreement(octets, message);
  return message;
}

/**
 * dns2 reads the same message; but for the OPT, on which it may not end, and what stands behind it, and names with
 * escapes, which it shows raw.
 */
function expectAgreement(octets: Uint8Array, message: Message): void {
  const bare = Buffer.from(octets);
  bare.writeUInt16BE(message.additional.length, 10);
  const packet = Packet.parse(bare);
  const { aa, tc, rd } = packet.header;
  const flags = Object.entries({ aa, tc, rd }).flatMap(([flag, isSet]) => (isSet === 1 ? [flag] : []));
  expect(flags).toEqual(message.flags.split(' ').filter((flag) => ['aa', 'tc', 'rd'].includes(flag)));
  expect([packet.header.id, packet.header.opcode, packet.header.rcode]).toEqual([
    message.id,
    message.opcode,
    message.rcode & 15,
  ]);
  const sections = [packet.answers, packet.authorities, packet.additionals];
  const ours = [message.answer, message.authority, message.additional];
  for (const [index, records] of sections.entries()) {
    const lines = records.map(({ name, ttl, address }) => [
      `${name}.`,
      ttl,
      ...(address === undefined ? [] : [address]),
    ]);
    const expected = ours[index].filter((line) => !line.includes('\\'));
    if (expected.length < ours[index].length) continue;
    expect(lines).toEqual(expected.map((line, at) => partsOf(line, lines[at]?.length ?? 0)));
  }
}

function partsOf(line: string, count: number): (string | number)[] {
  const [owner = '', ttl, , rdata = ''] = line.split(' ');
  return [owner, Number(ttl), rdata].slice(0, count);
}

export function rcodeText(code: number): string {
  return Object.entries(RCODES).find(([, known]) => known === code)?.[0] ?? String(code);
}
