import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Answering } from '../support/answering.ts';
import { decode, rcodeText } from '../support/case.ts';

/** Malformed messages of BIND's and gdnsd's test suites, and the response codes that are right for each. */
const FILE = resolve(import.meta.dirname, '../../../shared/data/cases/wire_cases.json');

interface WireCase {
  readonly id: string;
  readonly hex: string;
  readonly accept: readonly string[];
}

/** gdnsd's own test zone has these. */
const zones = { 'example.com.': '@ A 192.0.2.1\nfoo A 192.0.2.2' };

const cases = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as readonly WireCase[]) : [];
if (cases.length === 0) console.warn(`absent: ${FILE}; its messages are not tried`);

describe.runIf(cases.length > 0)('messages that BIND and gdnsd test themselves with', () => {
  const answering = new Answering({ zones });

  test.each(cases)('$id', ({ hex, accept }) => {
    for (const isStream of [false, true]) {
      const response = answering.ask(Buffer.from(hex, 'hex'), { isStream });
      expect(accept).toContain(response === undefined ? 'DROP' : rcodeText(decode(response).rcode));
    }
  });
});
