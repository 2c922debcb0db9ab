import { describe, expect, test } from 'vitest';
import { answer, answers, decided } from '../world.ts';

const two = { one: { region: 'eu' }, two: { region: 'eu' }, three: { region: 'eu' }, us: 1, ap: 1 };

describe('limit', () => {
  test.each<[string, readonly unknown[], number | undefined, number]>([
    ['one answer where nobody says anything', [], undefined, 1],
    ['what the service says', [], 3, 3],
    ['what the policy says', [{ limit: { answers: 4 } }], undefined, 4],
    ['of both the less', [{ limit: { answers: 2 } }], 3, 2],
    ['and of several', [{ limit: { answers: 3 } }, { limit: { answers: 2 } }], undefined, 2],
  ])('%s', (_name, policy, said, expected) => {
    expect(decided({ test: { policy: [...policy, 'weighted'], answers: said } })).toMatchObject({ answers: expected });
  });

  const healthy = (count: number) => [{ limit: { healthy: count } }, { ordered: ['eu', 'us'] }];

  test.each<[string, number, readonly string[], string]>([
    ['a region with enough that are up', 2, ['one'], 'two three | us | ap'],
    ['with fewer it is left aside, and better than nothing', 3, ['one'], 'two three | us | ap'],
  ])('%s', (_name, count, down, expected) => {
    expect(answer(healthy(count), { down }, { endpoints: two, answers: 9 })).toBe(expected);
  });

  test('a region counts only while so many of its endpoints are up', () => {
    const policy = [{ limit: { healthy: 2 } }, { ordered: ['eu', 'us'] }];
    const more = { ...two, us2: { region: 'us' } };
    expect(answer(policy, { down: ['one'] }, { endpoints: more })).toBe('two three');
    expect(answer(policy, { down: ['one', 'two'] }, { endpoints: more })).toBe('us us2');
    expect(answer(policy, { down: ['one', 'two', 'us'] }, { endpoints: more, answers: 9 })).toBe('three | us2 | ap');
  });

  test('where the order is more, it comes first', () => {
    const policy = [{ ordered: ['eu', 'us'] }, { limit: { healthy: 2 } }];
    expect(answer(policy, { down: ['one', 'two'] }, { endpoints: two, answers: 9 })).toBe('three | us | ap');
  });

  test('what drains is not counted while something is up, and is where nothing is', () => {
    const more = { ...two, us2: { region: 'us' } };
    const policy = [{ limit: { healthy: 2 } }, { ordered: ['eu', 'us'] }];
    expect(answer(policy, { draining: ['one', 'two'] }, { endpoints: more })).toBe('us us2');
    const rest = { down: ['us', 'us2', 'ap'], draining: ['one', 'two'] };
    expect(answer(policy, { ...rest, down: [...rest.down, 'three'] }, { endpoints: more })).toBe('one two');
  });

  test('the answers of the service that is asked count, not those of the services within it', () => {
    const services = {
      web: { policy: [{ limit: { answers: 3 } }], endpoints: { shop: { service: 'shop' } } },
      shop: { policy: [{ limit: { answers: 1 } }, { ordered: ['us', 'eu', 'ap'] }], endpoints: ['us', 'eu', 'ap'] },
    };
    expect(answers(services)).toBe('shop/us | shop/eu | shop/ap');
    expect(decided(services)).toMatchObject({ answers: 3 });
  });
});
