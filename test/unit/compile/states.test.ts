import { describe, expect, test } from 'vitest';
import { stateAtPresent } from '../../../src/compile/states.ts';
import type { State } from '../../../src/steering/steps/when.ts';
import { configOf } from '../../support/steered-config.ts';

const config = configOf({
  regions: { one: {}, two: {}, drained: { drain: true }, empty: {} },
  policies: { plain: ['weighted'] },
  services: {
    web: {
      policy: 'plain',
      endpoints: { a: { region: 'one', a: ['192.0.2.1', '192.0.2.2'] }, b: { region: 'two', a: '192.0.2.3' } },
    },
    outer: { policy: 'plain', endpoints: { web: { service: 'web' }, c: { region: 'drained', a: '192.0.2.4' } } },
    drain: { policy: 'plain', endpoints: { d: { region: 'one', a: '192.0.2.5', drain: true } } },
  },
});

function stateOf(
  other: { readonly service: string } | { readonly region: string },
  down: readonly string[] = [],
): State {
  const isUp = (_service: unknown, _endpoint: unknown, address?: { readonly bytes: Uint8Array }) =>
    !down.includes(String(address?.bytes.at(-1)));
  return stateAtPresent(config, { nowMs: 0, isUp, resolved: () => undefined }, { ...other, is: 'up' });
}

describe('the state of', () => {
  test.each<[string, { readonly service: string } | { readonly region: string }, readonly string[], State]>([
    ['a service, all of it up', { service: 'web' }, [], 'up'],
    ['with one address of an endpoint left', { service: 'web' }, ['1'], 'up'],
    ['with an endpoint down', { service: 'web' }, ['3'], 'degraded'],
    ['with nothing up', { service: 'web' }, ['1', '2', '3'], 'down'],
    ['a service with another in it, and something that drains', { service: 'outer' }, [], 'degraded'],
    ['where what is up drains', { service: 'outer' }, ['1', '2', '3'], 'draining'],
    ['where all drains', { service: 'drain' }, [], 'draining'],
    ['where what drains is down, too', { service: 'drain' }, ['5'], 'down'],
    ['a region, over all services', { region: 'two' }, ['3'], 'down'],
    ['a region of which a part is up', { region: 'one' }, ['1', '2'], 'draining'],
    ['a region that drains', { region: 'drained' }, [], 'draining'],
    ['a region with no endpoint: there is nothing that could be down', { region: 'empty' }, [], 'up'],
  ])('%s', (_name, other, down, expected) => {
    expect(stateOf(other, down)).toBe(expected);
  });
});
