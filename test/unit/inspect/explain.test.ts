import { describe, expect, it } from 'vitest';
import { explanationText } from '../../../src/inspect/explanation-text.ts';
import { ask, explained, steered, subjectOf } from '../../support/subject.ts';

const REGIONS = {
  us: { location: [38.9, -77], country: 'US', continent: 'NA' },
  eu: { location: [53.3, -6.3], country: 'IE', continent: 'EU', tags: ['gdpr'] },
  ap: { location: [35.7, 139.7], country: 'JP', continent: 'AS' },
};
const ENDPOINTS = {
  us: { a: '192.0.2.1', weight: 3 },
  eu: { a: '192.0.2.2', aaaa: '2001:db8::2' },
  ap: { a: '192.0.2.3', drain: true },
};
const NETWORKS = { office: ['203.0.113.0/24'], lab: ['203.0.113.0/25'] };

/** A service `web` with endpoints in three regions, of which one is draining. */
const webWith = (policy: readonly unknown[], service: object = {}, more: object = {}) =>
  subjectOf({
    ...{ regions: REGIONS, geo: { networks: NETWORKS }, policies: { p: policy, split: ['weighted'] } },
    services: { web: { policy: 'p', endpoints: ENDPOINTS, ...service }, ...more },
  });

const roles = (subject: ReturnType<typeof webWith>, from: string, why = {}) =>
  steered(subject, 'web.example.com', from, why).services[0].endpoints.map(
    ({ name, state, role, why: reason }) => `${name} ${state} ${role}: ${reason}`,
  );

describe('why an endpoint is answered or not', () => {
  const ROWS: readonly (readonly [string, readonly unknown[], object, readonly string[]])[] = [
    [
      'order',
      ['nearest'],
      {},
      [
        'us up standby: behind eu by step 1 (nearest)',
        'eu up answered: answered',
        'ap draining standby: draining, while another is up',
      ],
    ],
    [
      'a fence, before what orders',
      [{ fence: { from: { country: 'DE' }, to: { tag: 'gdpr' } } }, 'nearest'],
      {},
      [
        'us up out: kept out by step 1 (fence)',
        'eu up answered: answered',
        'ap draining out: kept out by step 1 (fence)',
      ],
    ],
    [
      'what is down',
      [{ ordered: ['eu', 'us'] }],
      { down: ['eu'] },
      ['us up answered: answered', 'eu down out: down', 'ap draining standby: draining, while another is up'],
    ],
    [
      'nothing is up',
      [{ ordered: ['us', 'eu'] }],
      { down: ['web'] },
      ['us down answered: down, and answered all the same', 'eu down out: down', 'ap down out: down'],
    ],
    [
      'no address of the type',
      ['nearest'],
      { type: 'AAAA' },
      [
        'eu up answered: answered',
        'us nothing out: has no address of this type',
        'ap nothing out: has no address of this type',
      ],
    ],
  ];

  it.each(ROWS)('%s', (_, policy, why, expected) => {
    expect(roles(webWith(policy), 'DE', why)).toEqual(expected);
  });

  it('shares by weight', () => {
    const { answer, shares } = steered(webWith(['weighted']), 'web.example.com', '10.1.2.3');
    expect(shares).toMatchObject([
      { percent: 75, endpoint: 'us', region: 'us', addresses: ['192.0.2.1'] },
      { percent: 25, endpoint: 'eu' },
    ]);
    expect(answer).toMatchObject({ kind: 'endpoints', answers: 1, draw: 'random', ttlSeconds: 30 });
    expect(answer.scope).toEqual({ network: '0.0.0.0/0', prefixLength: 0 });
  });

  it('sticky: what this address gets', () => {
    const { answer, shares } = steered(webWith(['sticky']), 'web.example.com', '10.1.2.3');
    expect(answer.endpoints).toHaveLength(1);
    expect(answer.endpoints[0].percent).toBe(100);
    expect(answer.scope).toEqual({ network: '10.1.2.0/24', prefixLength: 24 });
    expect(shares.map(({ percent }) => percent)).toEqual([75, 25]);
  });

  it('a canary: its share, and on which side this address is', () => {
    const subject = webWith([{ canary: { percent: 20, to: 'eu', name: 'try' } }, { ordered: ['us'] }]);
    const sides = Array.from({ length: 100 }, (_, index) => {
      const { answer, canaries } = steered(subject, 'web.example.com', `10.0.${index}.1`);
      const [{ isTaken, ...canary }] = canaries;
      expect(canary).toEqual({ service: 'web', step: 1, name: 'try', percent: 20 });
      expect(answer.endpoints[0].endpoint).toBe(isTaken ? 'eu' : 'us');
      return isTaken;
    });
    expect(new Set(sides)).toEqual(new Set([true, false]));
    const { canaries, shares } = steered(subject, 'web.example.com', 'US');
    expect(canaries[0].isTaken).toBeUndefined();
    expect(shares.map(({ percent, endpoint }) => `${endpoint} ${percent}`)).toEqual(['us 80', 'eu 20']);
  });

  it('services within services', () => {
    const inner = { policy: 'split', endpoints: { eu: { a: '192.0.2.9' } } };
    const subject = webWith(
      ['weighted'],
      { endpoints: { own: { region: 'us', a: '192.0.2.1' }, shop: { service: 'shop' } } },
      { shop: inner },
    );
    const { services, shares } = steered(subject, 'web.example.com', 'DE');
    expect(shares.map(({ percent, service, endpoint }) => `${service}/${endpoint} ${percent}`)).toEqual([
      'web/own 50',
      'shop/eu 50',
    ]);
    expect(services.map(({ name }) => name)).toEqual(['web', 'shop']);
  });

  it('lastGood is what was up before', () => {
    const subject = webWith(['weighted'], { whenAllDown: 'lastGood' });
    const { answer } = steered(subject, 'web.example.com', 'DE', { down: ['us', 'eu', 'ap'] });
    expect(answer).toMatchObject({ mode: 'lastGood', endpoints: [{ endpoint: 'us' }, { endpoint: 'eu' }] });
  });

  it('refuses, and says so', () => {
    const subject = webWith([{ fence: { to: 'eu' } }]);
    const { answer, shares, services } = steered(subject, 'web.example.com', 'DE', { down: ['web/eu'] });
    expect(answer).toMatchObject({ kind: 'refuse', mode: 'refuse', endpoints: [] });
    expect(shares).toEqual([{ percent: 100, nothing: 'refuse' }]);
    expect(services[0].fenceElse).toBe('refuse');
  });
});

describe('the client', () => {
  const subject = webWith(['nearest']);

  it.each([
    ['203.0.113.200', 'address', ['office']],
    ['203.0.113.7', 'address', ['lab', 'office']],
    ['203.0.113.0/24', 'address', ['lab', 'office']],
    ['office', 'network', ['office']],
    ['lab', 'network', ['lab', 'office']],
    ['DE', 'country', []],
  ])('%s', (from, knownBy, networks) => {
    expect(explained(subject, 'web.example.com', from).client).toMatchObject({ from, knownBy, networks });
  });

  it('of the office is where no other network is more specific', () => {
    expect(explained(subject, 'web.example.com', 'office').client.address).toBe('203.0.113.255');
  });
});

describe('questions that make no sense', () => {
  const subject = webWith(['nearest']);

  it.each([
    ['web.example.com', 'offce', {}, 'from', 'office'],
    ['web..example.com', 'DE', {}, 'name', 'a domain name: a label is empty'],
    ['web.example.com', 'DE', { down: ['use'] }, 'down', 'us'],
    ['web.example.com', 'DE', { down: ['web/use'] }, 'down', 'web/us'],
  ])('%s from %s', (name, from, why, part, expected) => {
    expect(ask(subject, name, from, why)).toMatchObject({ ok: false, part, expected });
  });
});

it('has a line for everything that matters', () => {
  const subject = webWith([{ when: { from: { country: 'JP' }, steps: ['nearest'] } }, { ordered: ['eu', 'us'] }]);
  expect(explanationText(explained(subject, 'web.example.com', '203.0.113.200', { down: ['eu'] }))).toEqual([
    'web.example.com. A for 203.0.113.200 at 1970-01-01T00:00:00.000Z while eu is down',
    '  client: in network office; nothing is known of where it is',
    '  service web answers with:',
    '    100.00 % web/us  192.0.2.1',
    '  TTL 30 s',
    '  holds for 0.0.0.0/0',
    '  shares of all clients like this one:',
    '    100.00 % web/us  192.0.2.1',
    '  service web, policy p:',
    '    step 1 nearest: does not apply',
    '    step 2 ordered: changes nothing',
    '    * us (weight 3, up): answered',
    '    - eu (weight 1): down',
    '    - ap (weight 1, draining): draining, while another is up',
  ]);
});
