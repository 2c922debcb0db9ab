import type { EndpointConfig, ServiceConfig } from '../config/config.ts';
import { TYPE } from '../dns/constants.ts';
import type { WireName } from '../dns/name.ts';
import { cappedTtlSeconds } from '../health/ttl.ts';
import type { Address } from '../net/address.ts';
import { SERVICE_FORM, type ServiceForm } from '../snapshot/service.ts';
import type { Present, Resolved } from './present.ts';

/** What an endpoint has to answer in one form, as things are. */
export type Offer =
  | {
      readonly kind: 'records';
      readonly type: number;
      readonly isUp: boolean;
      /** The rdata of its records that are up, and of all of them. */
      readonly up: readonly Uint8Array[];
      readonly all: readonly Uint8Array[];
      readonly ttlSecondsMax: number;
    }
  /** Its name has no such address. */
  | { readonly kind: 'nothing' }
  /** Of its name no address is known yet. */
  | { readonly kind: 'unknown' };

/** One form in which a service answers (see snapshot/service). */
export interface Form {
  readonly form: ServiceForm;
  /** Whether an endpoint may ever have something in this form. */
  includes(endpoint: EndpointConfig): boolean;
  offer(service: ServiceConfig, endpoint: EndpointConfig, present: Present): Offer;
}

type Side = 'a' | 'aaaa';

/** An endpoint of a service, as things are. */
interface Asked {
  readonly service: ServiceConfig;
  readonly endpoint: EndpointConfig;
  readonly present: Present;
}

const TYPE_OF = { a: TYPE.A, aaaa: TYPE.AAAA } as const;

/** What the data plane holds in 31 bits: no limit at all (RFC 2181 section 8). */
export const TTL_SECONDS_MAX = 2 ** 31 - 1;

/** Where no CNAME may stand. */
export const PLAIN_FORMS: readonly Form[] = [flat(SERVICE_FORM.A, 'a'), flat(SERVICE_FORM.AAAA, 'aaaa')];

/** Where a CNAME may stand; only for services that have some. */
export const CNAME_FORMS: readonly Form[] = [
  withCnames(SERVICE_FORM.A_OR_CNAME, 'a'),
  withCnames(SERVICE_FORM.AAAA_OR_CNAME, 'aaaa'),
  cnamesAlone(),
];

/** Addresses: an endpoint's own, or those behind its name. */
function flat(form: ServiceForm, side: Side): Form {
  return {
    form,
    includes: (endpoint) => endpoint.cname !== undefined || endpoint[side].length > 0,
    offer(service, endpoint, present) {
      const asked = { service, endpoint, present };
      if (endpoint.cname === undefined) return addresses(asked, side, endpoint[side]);
      const resolved = present.resolved(endpoint.cname);
      if (resolved === undefined) return { kind: 'unknown' };
      if (resolved[side].length === 0) return { kind: 'nothing' };
      return addresses(asked, side, resolved[side], resolved.ttlSeconds);
    },
  };
}

/** An endpoint's own addresses, or its CNAME, which stands for addresses of both families. */
function withCnames(form: ServiceForm, side: Side): Form {
  return {
    form,
    includes: (endpoint) => endpoint.cname !== undefined || endpoint[side].length > 0,
    offer: (service, endpoint, present) =>
      endpoint.cname === undefined
        ? addresses({ service, endpoint, present }, side, endpoint[side])
        : alias({ service, endpoint, present }, endpoint.cname),
  };
}

/**
 * The CNAME, or no records. The draw is among all endpoints, so that other types get the same answer for the name as A
 * and AAAA do.
 */
function cnamesAlone(): Form {
  return {
    form: SERVICE_FORM.CNAME,
    includes: () => true,
    offer(service, endpoint, present) {
      const asked = { service, endpoint, present };
      if (endpoint.cname !== undefined) return alias(asked, endpoint.cname);
      const isUp = isAnyUp(asked, endpoint);
      return { kind: 'records', type: TYPE.CNAME, isUp, up: [], all: [], ttlSecondsMax: TTL_SECONDS_MAX };
    },
  };
}

function addresses(asked: Asked, side: Side, all: readonly Address[], ttlSeconds = TTL_SECONDS_MAX): Offer {
  const { service, endpoint, present } = asked;
  const up = all.filter((address) => present.isUp(service, endpoint, address)).map(octetsOf);
  const ttlSecondsMax = Math.min(ttlSeconds, ttlCapSeconds(asked, all));
  return { kind: 'records', type: TYPE_OF[side], isUp: up.length > 0, up, all: all.map(octetsOf), ttlSecondsMax };
}

function alias(asked: Asked, name: WireName): Offer {
  const { service, endpoint, present } = asked;
  const resolved = present.resolved(name);
  // A name that we can't resolve yet may well be up for those who can. One without addresses leads nowhere.
  const isUp = resolved === undefined ? present.isUp(service, endpoint, undefined) : isAnyUp(asked, resolved);
  const ttlSecondsMax = ttlCapSeconds(asked, [...(resolved?.a ?? []), ...(resolved?.aaaa ?? [])]);
  const rdatas = [Buffer.from(name, 'latin1')];
  return { kind: 'records', type: TYPE.CNAME, isUp, up: rdatas, all: rdatas, ttlSecondsMax };
}

function isAnyUp({ service, endpoint, present }: Asked, { a, aaaa }: Pick<Resolved, Side>): boolean {
  return [...a, ...aaaa].some((address) => present.isUp(service, endpoint, address));
}

/** By those that are down, too: one that comes up again belongs to the answer. */
function ttlCapSeconds({ service, endpoint, present }: Asked, all: readonly Address[]): number {
  const caps = all.map((address) => present.ttlSecondsMax?.(service, endpoint, address));
  return cappedTtlSeconds(TTL_SECONDS_MAX, caps);
}

function octetsOf({ bytes }: Address): Uint8Array {
  return bytes;
}
