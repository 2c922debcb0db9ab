import type { RecordWithTtl } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { nameToText, type WireName } from '../../dns/name.ts';
import { type Address, parseAddress } from '../../net/address.ts';
import { assert } from '../../util/assert.ts';

/** What asking for the addresses of one family came to. */
export type Answered =
  /** `ttlSeconds` is the least of all records that led there, CNAMEs included. */
  | { readonly kind: 'found'; readonly addresses: readonly Address[]; readonly ttlSeconds: number }
  /** The name does not exist, or has no such address (RFC 2308). */
  | { readonly kind: 'none'; readonly reason: string }
  /** Nobody said anything that counts. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Who is asked for addresses. */
export interface Upstream {
  /** Settles in bounded time, and never rejects. */
  ask(name: WireName, family: 4 | 6): Promise<Answered>;
  /** Lets all that is asked fail now. */
  cancel(): void;
}

/** One that does not answer a first time is passed over after this long, for the next. */
const TIMEOUT_MS = 1_000;
const TIMEOUT_MS_MAX = 2_000;
const TRIES = 2;

const WITH_TTL = { ttl: true } as const;

const NONE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such name',
  ENODATA: 'no address of this family',
  ETIMEOUT: 'no answer',
  ECONNREFUSED: 'no resolver there',
  ESERVFAIL: 'the resolver failed',
  EREFUSED: 'the resolver refused',
  EBADRESP: 'an answer that cannot be read',
  EFORMERR: 'an answer that cannot be read',
};

/**
 * Asks resolvers, in turn.
 * @param servers `192.0.2.1:53` or `[2001:db8::1]:53`; none for those of the machine.
 */
export function openUpstream(servers: readonly string[]): Upstream {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, maxTimeout: TIMEOUT_MS_MAX, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    async ask(name, family) {
      const text = nameToText(name);
      try {
        return found(await (family === 4 ? resolver.resolve4(text, WITH_TTL) : resolver.resolve6(text, WITH_TTL)));
      } catch (error) {
        const { code = '', message } = error as NodeJS.ErrnoException;
        return { kind: NONE.has(code) ? 'none' : 'failed', reason: REASONS[code] ?? message };
      }
    },
    cancel: () => resolver.cancel(),
  };
}

function found(records: readonly RecordWithTtl[]): Answered {
  const addresses = records.map(({ address }) => addressOf(address));
  return { kind: 'found', addresses, ttlSeconds: Math.min(...records.map(({ ttl }) => ttl)) };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  assert(address !== undefined, `${text}, made of the octets of a record, is an address`);
  return address;
}
