import { randomBytes } from 'node:crypto';
import type { ExplainConfig, RateLimitConfig, ServerConfig } from '../config/config.ts';
import { lowerCaseName } from '../dns/name.ts';
import { type Address, addressWord } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import {
  ANSWER_KIND,
  type ClientNetwork,
  type ExplainSettings,
  type PlaneSettings,
  RATE_LIMIT_BUCKET_BYTES,
  type RateLimitSettings,
} from '../snapshot/settings.ts';

/**
 * Makes the settings that workers get from `server`. It keeps what must outlive a reload: the server's own secret, and
 * the counts of the rate limit.
 */
export class SettingsBuilder {
  readonly #ownSecret = Uint8Array.from(randomBytes(16));
  /**
   * Kept as long as the table: under another seed, nobody's counts would be found again, and every flood would get a
   * new burst.
   */
  readonly #seed = randomWords();
  #table = new SharedArrayBuffer(0);

  build({ identity, cookies, rateLimit, explain }: ServerConfig): PlaneSettings {
    return {
      ...identity,
      cookies: { ...cookies, secrets: cookies.secrets.length === 0 ? [this.#ownSecret] : cookies.secrets },
      ...(rateLimit !== undefined && { rateLimit: this.#buildRateLimit(rateLimit) }),
      ...(explain !== undefined && { explain: buildExplain(explain) }),
    };
  }

  #buildRateLimit({ perSecond, buckets, exempt, ...rest }: RateLimitConfig): RateLimitSettings {
    // Two to a place, and places are found by a mask.
    const bytes = 2 ** Math.ceil(Math.log2(buckets)) * RATE_LIMIT_BUCKET_BYTES;
    if (this.#table.byteLength !== bytes) this.#table = new SharedArrayBuffer(bytes);
    const rates: number[] = [];
    rates[ANSWER_KIND.DATA] = perSecond.data;
    rates[ANSWER_KIND.NO_DATA] = perSecond.noData;
    rates[ANSWER_KIND.NXDOMAIN] = perSecond.nxdomain;
    rates[ANSWER_KIND.REFERRAL] = perSecond.referral;
    rates[ANSWER_KIND.ERROR] = perSecond.error;
    return { ...rest, perSecond: rates, exempt: exempt.map(clientNetwork), table: this.#table, seed: this.#seed };
  }
}

function buildExplain({ name, allow }: ExplainConfig): ExplainSettings {
  return { name: Uint8Array.from(Buffer.from(lowerCaseName(name), 'latin1')), allow: allow.map(clientNetwork) };
}

function randomWords(): RateLimitSettings['seed'] {
  const octets = randomBytes(8);
  return [octets.readInt32LE(0), octets.readInt32LE(4)];
}

function clientNetwork({ address, length: bits }: Prefix): ClientNetwork {
  return { family: address.family, words: words(address), bits };
}

function words(address: Address): ClientNetwork['words'] {
  const word = (index: number): number => (address.family === 6 || index === 0 ? addressWord(address, index) | 0 : 0);
  return [word(0), word(1), word(2), word(3)];
}
