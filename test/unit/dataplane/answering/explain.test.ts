import { describe, expect, test } from 'vitest';
import { Answerer } from '../../../../src/dataplane/answering/answer.ts';
import { Counters } from '../../../../src/dataplane/counters.ts';
import type { PlaneSettings } from '../../../../src/snapshot/settings.ts';
import { Snapshot } from '../../../../src/snapshot/snapshot.ts';
import { Random } from '../../../../src/util/random.ts';
import { Answering, snapshotOf, type TestWorld } from '../../../support/answering.ts';
import { query, subnetOption } from '../../../support/ask.ts';
import { decode, testCases } from '../../../support/case.ts';
import { clientAt, limitsOf } from '../../../support/rate-limit.ts';

/** The text of a TXT record of one string or several, as it stands in an answer that shows rdata as octets. */
function textOf(line: string): string {
  const octets = Buffer.from(line.split(' ').at(-1) ?? '', 'hex');
  let text = '';
  for (let at = 0; at < octets.length; at += 1 + octets[at]) text += octets.toString('latin1', at + 1, at + 1 + octets[at]);
  return text;
}

const word = (value: number): number => value | 0;
const explain: PlaneSettings['explain'] = {
  name: Buffer.from('\x07explain\x07example\0', 'latin1'),
  allow: [
    { family: 4, words: [word(0xc000_0200), 0, 0, 0], bits: 24 },
    { family: 6, words: [0x2001_0db8, 0, 0, 0], bits: 32 },
  ],
};

const office = 'a-region-with-a-name-that-is-as-long-as-the-name-of-a-region-is';
const world: TestWorld = {
  isExplained: true,
  zones: {
    'example.com.': `
www SERVICE web
alias CNAME www
elsewhere CNAME www.example.org.
text TXT "no service"
loop CNAME loop
*.tenant SERVICE web
apart CNAME apart2
apart2 CNAME apart
cname SERVICE cname
beside SERVICE cname
beside TXT "t"
down SERVICE down
refuse SERVICE refuse
backup SERVICE backup
unknown SERVICE unknown
unknown TXT "t"
long SERVICE long
sub NS ns.sub
ns.sub A 192.0.2.53
`,
  },
  networks: { office: ['203.0.113.0/24'] },
  services: {
    web: {
      endpoints: { eu: ['192.0.2.1', '2001:db8::1'], us: ['192.0.2.2'], asia: ['192.0.2.3'] },
      steps: [
        { kind: 'map', rules: [{ from: { network: 'office' }, to: ['us'] }, { to: ['eu', 'asia'] }] },
      ] as unknown as NonNullable<TestWorld['services']>[string]['steps'],
    },
    cname: { endpoints: { there: 'cdn.example.', here: ['192.0.2.4'] } },
    down: { endpoints: { one: ['192.0.2.66'], two: ['192.0.2.67'] }, answers: 2 },
    refuse: { endpoints: { one: ['192.0.2.66'] }, whenAllDown: 'refuse' },
    backup: { endpoints: { one: ['192.0.2.66'] }, whenAllDown: { service: 'cname' } },
    unknown: { endpoints: { there: 'cdn.example.' } },
    long: {
      endpoints: Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => [`${office}-${index}`, [`192.0.2.${index + 1}`, `2001:db8::${index + 1}`]]),
      ),
    },
  },
  down: ['192.0.2.66', '192.0.2.67'],
};

console.log(world, textOf, explain, describe, expect, test, Answerer, Counters, Snapshot, Random, Answering, snapshotOf, query, subnetOption, decode, testCases, clientAt, limitsOf);
