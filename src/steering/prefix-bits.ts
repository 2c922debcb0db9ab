import { z } from 'zod';

const IPV4_BITS = 24;
const IPV6_BITS = 56;

const bits = (max: number) => {
  const form = `a prefix length from 8 to ${max}`;
  return z.int(form).min(8, form).max(max, form);
};

/** What counts as one client where clients are told apart: so many bits of an address, by default a /24 and a /56. */
export const prefixBits = {
  ipv4Prefix: bits(32).default(IPV4_BITS).meta({ description: 'What is one client: so many bits of an IPv4 address' }),
  ipv6Prefix: bits(64).default(IPV6_BITS).meta({ description: 'What is one client: so many bits of an IPv6 address' }),
};

export const DEFAULT_PREFIX_BITS = { ipv4Prefix: IPV4_BITS, ipv6Prefix: IPV6_BITS };
