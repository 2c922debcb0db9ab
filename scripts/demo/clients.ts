import dns2 from 'dns2';
import type { Config } from '../../src/config/config.ts';
import { formatAddress } from '../../src/net/address.ts';

/** Networks of universities and providers, which the embedded database has in the right country. */
const SUBNETS: Readonly<Record<string, string>> = {
  Japan: '133.11.0.0/16',
  Germany: '193.99.144.0/24',
  'the United States': '128.112.0.0/16',
  Brazil: '143.107.0.0/16',
  'South Africa': '137.158.0.0/16',
};

/** A client somewhere, and where the last answer sent it. */
export interface Client {
  readonly country: string;
  readonly subnet: string;
  /** Undefined: the answer has none. */
  readonly address: string | undefined;
  readonly region: string | undefined;
}

/** How long an answer over loopback is waited for. */
const PATIENCE_MS = 5_000;

/**
 * Asks the running server, over its socket, what clients in several countries are answered. Rejects where one of them
 * gets no answer in time.
 */
export async function askForAll(
  name: string,
  { server, services }: Pick<Config, 'server' | 'services'>,
): Promise<readonly Client[]> {
  const [{ address, port }] = server.listen;
  const ask = dns2.UDPClient({ dns: formatAddress(address), port, timeout: PATIENCE_MS });
  const regionOf = new Map(
    [...services.values()].flatMap(({ endpoints }) =>
      endpoints.flatMap(({ name: own, region = own, a }) =>
        a.map((one): [string, string] => [formatAddress(one), region]),
      ),
    ),
  );
  return Promise.all(
    Object.entries(SUBNETS).map(async ([country, subnet]) => {
      const response = await ask(name, 'A', undefined, { clientIp: subnet, recursive: false });
      const [answer] = response.answers;
      const address = answer !== undefined && 'address' in answer ? String(answer.address) : undefined;
      return { country, subnet, address, region: regionOf.get(address ?? '') };
    }),
  );
}

/** `192.0.2.30, ap-tokyo` */
export function describe(address: string | undefined, region: string | undefined): string {
  return [address ?? 'no address', region].filter(Boolean).join(', ');
}

/** A sentence for each client that goes elsewhere than before. */
export function movesBetween(before: readonly Client[], after: readonly Client[]): readonly string[] {
  return after.flatMap(({ country, address, region }, index) => {
    if (address === before[index]?.address) return [];
    return [`clients in ${country} now get ${describe(address, region)}`];
  });
}
