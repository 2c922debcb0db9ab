/** What came in over HTTP, before it is known where the client is. */
export interface Measurement {
  /** Of the client, cut to its network: `203.0.113.0/24`. */
  readonly network: string;
  readonly region: string;
  readonly rttMs: number;
  /** The network itself, or an agent's name. */
  readonly source: string;
  readonly isTrusted: boolean;
  readonly atMs: number;
}

/**
 * Measurements from thread to thread by columns: a fifth of the work of as many objects, of which each brings its keys
 * along.
 */
export interface MeasurementBatch {
  readonly networks: readonly string[];
  readonly regions: readonly string[];
  readonly rttMs: Float64Array;
  readonly atMs: Float64Array;
  /** Of the operator's own, who measured; strangers speak for their network. */
  readonly agents: readonly (string | undefined)[];
}

export function packed(measurements: readonly Measurement[]): MeasurementBatch {
  return {
    networks: measurements.map(({ network }) => network),
    regions: measurements.map(({ region }) => region),
    rttMs: Float64Array.from(measurements, ({ rttMs }) => rttMs),
    atMs: Float64Array.from(measurements, ({ atMs }) => atMs),
    agents: measurements.map(({ source, isTrusted }) => (isTrusted ? source : undefined)),
  };
}

export function unpacked({ networks, regions, rttMs, atMs, agents }: MeasurementBatch): readonly Measurement[] {
  return networks.map((network, at) => {
    const agent = agents[at];
    return {
      network,
      region: regions[at]!,
      rttMs: rttMs[at]!,
      source: agent ?? network,
      isTrusted: agent !== undefined,
      atMs: atMs[at]!,
    };
  });
}
