import { describe, expect, it } from 'vitest';
import { tests as schema } from '../../../src/config/schema/tests-schema.ts';
import { failuresOf } from '../../../src/inspect/run-tests.ts';
import { subjectOf } from '../../support/subject.ts';
import { databaseOf } from '../geo/databases.ts';

const place = (continent: string, country: string) => ({
  continent: { code: continent },
  country: { iso_code: country },
});

/** Half of all addresses are in the US, a quarter each in Ireland and Japan. */
const database = databaseOf([
  ['0.0.0.0/1', place('NA', 'US')],
  ['128.0.0.0/2', place('EU', 'IE')],
  ['192.0.0.0/2', place('AS', 'JP')],
]);

const MAP = {
  map: [
    { from: { continent: 'EU' }, to: ['eu', 'us'] },
    { from: { continent: 'AS' }, to: ['ap', 'us'] },
    { to: ['us', 'eu'] },
  ],
};

const subject = subjectOf(
  {
    regions: { us: { tags: ['big'] }, eu: { tags: ['gdpr'] }, ap: {}, idle: {} },
    geo: { networks: { office: '203.0.113.0/24' } },
    policies: {
      p: [MAP],
      split: ['weighted'],
      sovereign: [{ fence: { from: { continent: 'EU' }, to: { tag: 'gdpr' } } }, MAP],
      shy: [{ ordered: ['us', 'idle'] }],
      daily: [
        { when: { hours: { from: '08:00', to: '20:00' }, steps: [{ ordered: ['eu'] }], else: [{ ordered: ['us'] }] } },
      ],
    },
    services: {
      web: { policy: 'p', endpoints: { us: { a: '192.0.2.1' }, eu: { a: '192.0.2.2' }, ap: { a: '192.0.2.3' } } },
      beta: { policy: 'split', endpoints: { us: { a: '192.0.2.4', weight: 3 }, eu: { a: '192.0.2.5', weight: 1 } } },
      records: { policy: 'sovereign', endpoints: { us: { a: '192.0.2.6' }, eu: { a: '192.0.2.7' } } },
      shy: { policy: 'shy', endpoints: { us: { a: '192.0.2.8' }, idle: { a: '192.0.2.9' } } },
      daily: { policy: 'daily', endpoints: { us: { a: '192.0.2.10' }, eu: { a: '192.0.2.11', aaaa: '2001:db8::1' } } },
    },
  },
  [database],
);

function failures(test: unknown): readonly string[] {
  return schema
    .parse([test])
    .flatMap((one) => failuresOf(subject, one, 0))
    .map(({ found, expected }) => `${found} => ${expected}`);
}

const web = { name: 'web.example.com' };

describe('rows that pass', () => {
  it.each<[object]>([
    [{ ...web, from: 'IE', expect: 'eu' }],
    [{ ...web, from: ['IE', '130.1.2.3', '128.0.0.0/9'], expect: 'eu' }],
    [{ ...web, from: 'IE', down: 'eu', expect: 'us' }],
    [{ ...web, from: 'IE', down: ['web/eu'], expect: { tag: 'big' } }],
    [{ ...web, from: 'IE', expect: ['us', { tag: 'gdpr' }] }],
    [{ ...web, from: 'IE', expect: 'web/eu' }],
    [{ ...web, from: 'IE', expect: 'web' }],
    [{ ...web, from: 'IE', expect: { not: { region: 'us' } } }],
    [{ name: 'beta.example.com', from: 'IE', expect: { us: '75%', eu: '25%' } }],
    [{ name: 'beta.example.com', from: '130.1.2.3', expect: { us: '74%' }, tolerance: '1%' }],
    [{ name: 'records.example.com', from: 'IE', down: 'eu', expect: 'refuse' }],
    [{ name: 'records.example.com', from: 'IE', down: 'eu', expect: { refuse: '100%' } }],
    [{ name: 'daily.example.com', from: 'IE', at: '2026-12-24T12:00:00Z', expect: 'eu' }],
    [{ name: 'daily.example.com', from: 'IE', at: '2026-12-24T22:00:00+01:00', expect: 'us' }],
    [{ name: 'daily.example.com', from: 'IE', type: 'AAAA', expect: 'eu' }],
    [{ name: 'web.example.com', from: 'IE', type: 'AAAA', expect: 'none' }],
  ])('%j', (test) => {
    expect(failures({ ...test })).toEqual([]);
  });
});

describe('rows that fail say what they found', () => {
  it.each<[object, string]>([
    [{ ...web, from: 'US', expect: 'eu' }, 'web/us 100 % for US => eu'],
    [{ ...web, from: 'US', down: 'us', expect: 'us' }, 'web/eu 100 % for US => us while us is down'],
    [
      { name: 'beta.example.com', from: 'US', expect: { us: '70%' } },
      'beta/us 75 %, beta/eu 25 % for US => us 70 % (each within 0.5)',
    ],
    [{ name: 'beta.example.com', from: 'US', expect: 'us' }, 'beta/us 75 %, beta/eu 25 % for US => us'],
    [
      { name: 'records.example.com', from: 'IE', down: 'eu', expect: 'us' },
      'refuse 100 % for IE => us while eu is down',
    ],
    [{ ...web, from: 'US', expect: 'none' }, 'web/us 100 % for US => none'],
    [{ name: 'no.example.com', from: 'US', expect: 'us' }, 'nxdomain for no.example.com A => us, of a service'],
    [
      { ...web, from: 'FR', expect: 'us' },
      "from FR => an address, a country's code such as DE, or the name of a network",
    ],
  ])('%j', (test, expected) => {
    expect(failures(test)).toEqual([expected]);
  });
});

describe('properties', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['never, kept', { never: { from: { continent: 'EU' }, to: { not: { tag: 'gdpr' } }, services: 'records' } }, []],
    [
      'never, broken in a failure',
      { never: { from: { continent: 'EU' }, to: { not: { tag: 'gdpr' } }, services: 'web' } },
      ['web/us for IE by web A while eu is down => never {"not":{"tag":["gdpr"]}}'],
    ],
    ['never, of everyone', { never: { to: 'idle', services: 'web' } }, []],
    [
      'every region, by any service',
      'everyRegionServes',
      ['no client for idle by any service => a client for every region'],
    ],
    ['every region, by one service', { everyRegionServes: { services: 'web' } }, []],
    [
      'every region, true',
      { everyRegionServes: true },
      ['no client for idle by any service => a client for every region'],
    ],
    ['no failure of half', { noSingleFailureExceeds: { share: '50%', services: 'web' } }, []],
    [
      'no failure of less',
      { noSingleFailureExceeds: { share: '49%', services: 'web' } },
      ['49.82 % of the clients of web A in us => 49 % at most, should it fail'],
    ],
  ])('%s', (_, test, expected) => {
    expect(failures(test)).toEqual(expected);
  });
});
