/** The levels of estimates, finest first, by their numbers in a block. */
export const SOURCES = ['network', 'asn', 'country', 'neighbours', 'distance'] as const;

/** The finest level that had something to say. */
export type EstimateSource = (typeof SOURCES)[number];

/** Their numbers. */
export const SOURCE = { network: 0, asn: 1, country: 2, neighbours: 3, distance: 4 } as const satisfies Record<
  EstimateSource,
  number
>;

/** The number where no level has. */
export const NO_SOURCE = 255;
