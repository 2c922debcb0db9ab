import { availableParallelism, hostname as nameOfHost } from 'node:os';
import { VERSION } from '../util/version.ts';
import type { KeyPair } from './certificate.ts';
import type { RateLimitConfig, ServerConfig } from './config.ts';
import { buildQueryLog } from './query-log.ts';
import type { ValidRateLimit, ValidServer } from './schema/server-schema.ts';

/**
 * The section `server` as the rest of the program has it. What is not named here is as it is written.
 * @param file the configuration, absolute.
 */
export function buildServer(
  { nsid, hostname, version, ...written }: ValidServer,
  pair: KeyPair | undefined,
  file: string,
): ServerConfig {
  const { workers, cpus = [], cookies, rateLimit, queryLog, tcp, tls } = written;
  return {
    ...written,
    workers: workers === 'auto' ? availableParallelism() : workers,
    cpus,
    identity: buildIdentity({ nsid, hostname, version }),
    cookies: { secrets: cookies.secrets ?? [], isRequired: cookies.required },
    rateLimit: rateLimit && buildRateLimit(rateLimit),
    queryLog: queryLog && buildQueryLog(queryLog, file),
    tcp: { idleMs: tcp.idle, connections: tcp.connections, perNetwork: tcp.perNetwork },
    tls: tls && pair && { listen: tls.listen, ...pair },
  };
}

function buildIdentity(written: Pick<ValidServer, 'nsid' | 'hostname' | 'version'>): ServerConfig['identity'] {
  const automatic = { nsid: nameOfHost(), hostname: nameOfHost(), version: `Aya ${VERSION}` };
  const said = Object.entries(automatic).flatMap(([key, auto]) => {
    const value = written[key as keyof typeof automatic];
    return value === 'off' ? [] : [[key, value === 'auto' ? auto : value]];
  });
  return Object.fromEntries(said) as ServerConfig['identity'];
}

function buildRateLimit({ responsesPerSecond: data, ...limit }: ValidRateLimit): RateLimitConfig {
  return {
    perSecond: {
      data,
      noData: limit.noDataPerSecond ?? data,
      nxdomain: limit.nxdomainsPerSecond ?? data,
      referral: limit.referralsPerSecond ?? data,
      error: limit.errorsPerSecond ?? data,
    },
    slip: limit.slip,
    ipv4Bits: limit.ipv4Prefix,
    ipv6Bits: limit.ipv6Prefix,
    exempt: limit.exempt,
    buckets: limit.buckets,
  };
}
