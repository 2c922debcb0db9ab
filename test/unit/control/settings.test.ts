import { describe, expect, test } from 'vitest';
import type { RateLimitConfig, ServerConfig } from '../../../src/config/config.ts';
import { SettingsBuilder } from '../../../src/control/settings.ts';

const rateLimit: RateLimitConfig = {
  perSecond: { data: 1, noData: 2, nxdomain: 3, referral: 4, error: 5 },
  ...{ slip: 2, ipv4Bits: 24, ipv6Bits: 56, exempt: [], buckets: 1000 },
};

const limitsOf = (builder: SettingsBuilder, more: Partial<RateLimitConfig> = {}) => {
  const server: ServerConfig = {
    ...{ listen: [], workers: 1, cpus: [], resolvers: [], identity: {}, tls: undefined, proxyProtocol: [] },
    cookies: { secrets: [], isRequired: false },
    tcp: { idleMs: 1, connections: 1, perNetwork: 1 },
    rateLimit: { ...rateLimit, ...more },
  };
  const { rateLimit: limits } = builder.build(server);
  if (limits === undefined) throw new Error('no limits');
  return limits;
};

describe('the table of the rate limit', () => {
  test('has a power of two of buckets, and outlives a reload together with its seed', () => {
    const builder = new SettingsBuilder();
    const [first, second] = [limitsOf(builder), limitsOf(builder, { slip: 0 })];
    expect(first.table.byteLength).toBe(1024 * 16);
    expect(second.table).toBe(first.table);
    expect(second.seed).toEqual(first.seed);
    expect(limitsOf(builder, { buckets: 1025 }).table.byteLength).toBe(2048 * 16);
  });

  test('is one that nobody can foretell: another seed in every process', () => {
    const seeds = Array.from({ length: 100 }, () => limitsOf(new SettingsBuilder()).seed);
    expect(new Set(seeds.map(([first]) => first)).size).toBe(100);
    expect(new Set(seeds.map(([, second]) => second)).size).toBe(100);
    for (const word of seeds.flat()) expect(word).toBe(word | 0);
  });
});
