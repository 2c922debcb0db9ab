import { ClientAddress } from '../../src/dataplane/answering/client.ts';
import { LIMITED, type Limited, RateLimiter } from '../../src/dataplane/answering/rate-limit.ts';
import { type Address, parseAddress } from '../../src/net/address.ts';
import {
  ANSWER_KIND,
  type AnswerKind,
  RATE_LIMIT_BUCKET_BYTES,
  type RateLimitSettings,
} from '../../src/snapshot/settings.ts';

/** Ten answers a second of each kind, all others dropped; a table of `buckets`, which is a power of two. */
export function limitsOf(settings: Partial<RateLimitSettings> = {}, buckets = 1024): RateLimitSettings {
  return {
    perSecond: [10, 10, 10, 10, 10],
    ...{ slip: 0, ipv4Bits: 24, ipv6Bits: 56, exempt: [] },
    table: new SharedArrayBuffer(buckets * RATE_LIMIT_BUCKET_BYTES),
    seed: [0x1234_5678, 0x2345_6789],
    ...settings,
  };
}

/** What an answer is about; what is left out is the usual. */
interface About {
  readonly from?: string;
  readonly kind?: AnswerKind;
  readonly name?: number;
}

/** One limiter, and what it says of `count` answers at a time. */
export class Limiting {
  readonly #limiter: RateLimiter;
  #nowMs = 0;

  constructor(settings: Partial<RateLimitSettings> = {}, buckets?: number) {
    this.#limiter = new RateLimiter(limitsOf(settings, buckets), () => this.#nowMs);
  }

  judge(count: number, nowMs: number, about: About = {}): Limited[] {
    const { from = '192.0.2.1', kind = ANSWER_KIND.DATA, name = 7 } = about;
    const client = clientAt(from);
    this.#nowMs = nowMs;
    return Array.from({ length: count }, () => this.#limiter.judge(client, kind, name));
  }

  /** How many of them pass. */
  passing(count: number, nowMs: number, about: About = {}): number {
    return this.judge(count, nowMs, about).filter((limited) => limited === LIMITED.PASS).length;
  }
}

export function clientAt(text: string): ClientAddress {
  const client = new ClientAddress();
  client.setAddress(addressOf(text));
  return client;
}

export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`no address: ${text}`);
  return address;
}
