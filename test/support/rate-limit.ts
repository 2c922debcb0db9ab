import { RATE_LIMIT_BUCKET_BYTES, type RateLimitSettings } from '../../src/snapshot/settings.ts';

/** Ten answers a second of each kind, all others dropped; a table of `buckets`, which is a power of two. */
export function limitsOf(settings: Partial<RateLimitSettings> = {}, buckets = 1024): RateLimitSettings {
  return {
    perSecond: [10, 10, 10, 10, 10],
    ...{ slip: 0, ipv4Bits: 24, ipv6Bits: 56, exempt: [] },
    table: new SharedArrayBuffer(buckets * RATE_LIMIT_BUCKET_BYTES),
    ...settings,
  };
}
