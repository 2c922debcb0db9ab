import { describe, expect, it } from 'vitest';
import { flowsBetween } from '../../../src/inspect/flows.ts';
import { movementsBetween } from '../../../src/inspect/movement.ts';
import { parseQueryLog } from '../../../src/inspect/query-log.ts';
import { subjectOf } from '../../support/subject.ts';

interface Change {
  readonly policy?: readonly unknown[];
  readonly networks?: object;
  readonly endpoints?: object;
  readonly services?: object;
}

const ENDPOINTS = { us: { a: '192.0.2.1', weight: 3 }, eu: { a: '192.0.2.2' } };

const subject = ({ policy = ['weighted'], networks = {}, endpoints = ENDPOINTS, services }: Change = {}) =>
  subjectOf({
    ...{ regions: { us: {}, eu: {}, ap: {} }, policies: { p: policy }, geo: { networks } },
    services: { ...(services ?? { web: { policy: 'p', endpoints } }) },
  });

const moved = (before: Change, after: Change, log?: string) => {
  const parsed = log === undefined ? undefined : parseQueryLog(log, 'log');
  if (parsed?.ok === false) throw new Error(JSON.stringify(parsed.problems));
  return movementsBetween(subject(before), subject(after), 0, parsed?.value).map(({ service, type, flows }) =>
    [`${service} ${type}`, ...flows.map(({ from, to, share }) => `${share.toFixed(4)} ${from} > ${to}`)].join(', '),
  );
};

const CANARY = (percent: number) => [{ canary: { percent, to: 'eu' } }, { ordered: ['us'] }];
const MAP = [{ map: [{ from: { network: 'office' }, to: ['eu'] }, { to: ['us'] }] }];

describe('who moves', () => {
  it.each<[string, Change, Change, string]>([
    ['nobody', {}, {}, 'web A'],
    ['with weights', {}, { endpoints: { ...ENDPOINTS, us: { a: '192.0.2.1' } } }, 'web A, 0.2500 us > eu'],
    [
      'to a new region',
      {},
      { endpoints: { ...ENDPOINTS, ap: { a: '192.0.2.3', weight: 4 } } },
      'web A, 0.3750 us > ap, 0.1250 eu > ap',
    ],
    ['with a larger canary', { policy: CANARY(5) }, { policy: CANARY(7.5) }, 'web A, 0.0250 us > eu'],
    [
      'by another address in the same region',
      {},
      { endpoints: { ...ENDPOINTS, us: { a: '192.0.2.9', weight: 3 } } },
      'web A',
    ],
    [
      'all of a service that is no more',
      {},
      { services: { app: { policy: 'p', endpoints: ENDPOINTS } } },
      'web A, 0.7500 us > (no service), 0.2500 eu > (no service)',
    ],
    [
      'of the networks that are named in both',
      { policy: MAP, networks: { office: '10.0.0.0/8' } },
      { policy: MAP, networks: { office: ['10.0.0.0/9', '11.0.0.0/8'] } },
      'web A, 0.0039 us > eu, 0.0020 eu > us',
    ],
  ])('%s', (_, before, after, expected) => {
    expect(moved(before, after)).toEqual([expected]);
  });

  it('by a query log', () => {
    const before = { policy: MAP, networks: { office: '10.0.0.0/8' } };
    const after = { policy: MAP, networks: { office: '11.0.0.0/8' } };
    expect(moved(before, after, '10.1.0.0/16 30\n11.1.2.3 60\n\n# elsewhere\n12.0.0.1,10\n')).toEqual([
      'web A, 0.6000 us > eu, 0.3000 eu > us',
    ]);
  });
});

describe('flows', () => {
  it('are the least that has to move, in proportion to what is gained', () => {
    const flows = flowsBetween(
      new Map([
        ['a', 0.8],
        ['b', 0.2],
      ]),
      new Map([
        ['b', 0.4],
        ['c', 0.6],
      ]),
    );
    expect(flows.map(({ from, to, share }) => [from, to, Number(share.toFixed(6))])).toEqual([
      ['a', 'b', 0.2],
      ['a', 'c', 0.6],
    ]);
  });
});

it('a query log that cannot be read has each line told', () => {
  expect(parseQueryLog('10.0.0.1 5\nnobody 3\n10.0.0.0/8 many\n', 'log')).toMatchObject({
    ok: false,
    problems: [
      { code: 'bad-weight', line: 2, found: "'nobody 3'" },
      { code: 'bad-weight', line: 3 },
    ],
  });
});
