import type { Location } from '../../geo/location.ts';
import type { Estimate } from '../../latency/estimating/estimate.ts';
import type { Served, ServedClient } from '../../latency/serving/served.ts';
import type { Knowledge } from '../../steering/step.ts';

/** Estimates as steering asks for them: those that a world is compiled by, and the latest for whoever asks why. */
export function knowledgeOf(served: Served, latest: () => Served, explorationPerMille: number): Knowledge {
  return {
    explorationPerMille,
    latencyMs: (location, region) => served.estimate(clientAt(location), region)?.ms,
    why(location, region): Estimate | undefined {
      const client = clientAt(location);
      const now = latest().estimate(client, region);
      return now && { ...now, ms: served.estimate(client, region)?.ms ?? now.ms };
    },
  };
}

function clientAt({ measuredNetwork, asn, country, latitude, longitude }: Location): ServedClient {
  return {
    ...(measuredNetwork !== undefined && { network: measuredNetwork }),
    ...(asn !== undefined && { asn }),
    ...(country !== undefined && { country }),
    ...(latitude !== undefined && longitude !== undefined && { latitude, longitude }),
  };
}
