import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seedOf } from '../support/seed.ts';
import { configOf, mapOf } from '../support/steered-config.ts';
import { type SteeredAnswer, SteeredWorld } from '../support/steered-world.ts';

const WORLDS = 400;

const SERVICES = ['web', 'shop', 'spare'];

const TYPES = ['A', 'AAAA'];

const region = fc.constantFrom('us', 'eu');

/** Endpoints have addresses of one family or both. */
const families = fc.constantFrom({ a: '192.0.2.1' }, { aaaa: '2001:db8::1' }, { a: '192.0.2.1', aaaa: '2001:db8::1' });

const fixed = fc
  .tuple(families, fc.boolean())
  .map(([addresses, breakFence]): unknown => ({ ...addresses, breakFence }));

const fence = fc
  .tuple(region, fc.constantFrom('refuse', 'none', 'all', 'ignore'))
  .map(([to, other]): unknown => ({ fence: { to, else: other } }));

const ownEndpoint = fc.tuple(region, families).map(([at, addresses]): unknown => ({ region: at, ...addresses }));

/** What leads to a service, made of its name; nothing where there is none to lead to. */
function leadingTo(later: readonly string[], of: (service: string) => unknown): readonly fc.Arbitrary<unknown>[] {
  return later.length === 0 ? [] : [fc.constantFrom(...later).map(of)];
}

/** @param later the services that it may lead to. */
function serviceOf(later: readonly string[]) {
  const words = fc.constantFrom<unknown>('all', 'none', 'refuse', 'lastGood');
  const falling = [false, true].flatMap((breakFence) => leadingTo(later, (service) => ({ service, breakFence })));
  const canary = leadingTo(later, (service) => ({ canary: { percent: 50, name: service, to: { service } } }));
  const nested = leadingTo(later, (service) => ({ service }));
  return fc.record({
    // One fence at most: they add up over all ways from service to service.
    policy: fc.uniqueArray(fc.oneof(fence, ...canary), {
      maxLength: 2,
      selector: (step) => Object.keys(Object(step))[0],
    }),
    endpoints: fc.array(fc.oneof(ownEndpoint, ownEndpoint, ...nested), { minLength: 1, maxLength: 2 }),
    whenAllDown: fc.oneof(words, fixed, ...falling),
  });
}

/** Each service may lead to those after it. */
const services = fc.tuple(...SERVICES.map((_, index) => serviceOf(SERVICES.slice(index + 1))));

const circumstances = fc.subarray(
  SERVICES.flatMap((service) => [0, 1].map((endpoint) => `${service}/${service}${endpoint}`)),
);

type Service = ReturnType<typeof serviceOf> extends fc.Arbitrary<infer Value> ? Value : never;

function documentOf(all: readonly Service[]) {
  const named = all.map(({ policy, endpoints, whenAllDown }, index) => {
    const name = SERVICES[index];
    const own = Object.fromEntries(endpoints.map((endpoint, at) => [`${name}${at}`, endpoint]));
    return { name, policy: [...policy, 'weighted'], service: { policy: name, endpoints: own, whenAllDown } };
  });
  return {
    regions: { us: {}, eu: {} },
    policies: Object.fromEntries(named.map(({ name, policy }) => [name, policy])),
    services: Object.fromEntries(named.map(({ name, service }) => [name, service])),
  };
}

/** What is answered of each type, as things are and with everything up. */
function answersOf(document: ReturnType<typeof documentOf>, down: readonly string[]) {
  const config = configOf(document);
  const world = new SteeredWorld(config, mapOf(config), { down });
  const ask = (type: string): SteeredAnswer => world.ask(`web.example.com. ${type}`, '192.0.2.0/24');
  const now = TYPES.map(ask);
  world.become({});
  return TYPES.map((type, index) => ({ type, now: now[index], whenUp: ask(type) }));
}

function hasData({ addresses }: SteeredAnswer): boolean {
  return addresses.length > 0;
}

// Clients try again after SERVFAIL, and remember that there is no data (RFC 2308 section 5).
test('SERVFAIL is said of a type only if there were data of it with everything up, or none of any', () => {
  fc.assert(
    fc.property(services, circumstances, (all, down) => {
      const document = documentOf(all);
      const answers = answersOf(document, down);
      const failed = answers.filter(({ now, whenUp }) => now.rcode === 'SERVFAIL' && !hasData(whenUp));
      const isOfAny = answers.some(({ whenUp }) => hasData(whenUp));
      expect(isOfAny ? failed : [], JSON.stringify(document)).toEqual([]);
    }),
    { numRuns: WORLDS, seed: seedOf('failures of random services') },
  );
});

test('that there is no data is said only if there is none with everything up, where no one wrote otherwise', () => {
  fc.assert(
    fc.property(services, circumstances, (all, down) => {
      const document = documentOf(all);
      // What leads elsewhere may lead to where there is no data.
      if (/"(none|lastGood|ignore|breakFence)"/.test(JSON.stringify(document))) return;
      const hidden = answersOf(document, down).filter(
        ({ now, whenUp }) => now.rcode === 'NOERROR' && !hasData(now) && hasData(whenUp),
      );
      expect(hidden, JSON.stringify(document)).toEqual([]);
    }),
    { numRuns: WORLDS, seed: seedOf('no data of random services') },
  );
});
