/** When a region is down as a whole. */
export interface RegionSettings {
  /** The part of its endpoints that has to be down: more than this, from 0 to 1. */
  readonly share: number;
  /** Fewer that are down say nothing of the region. */
  readonly downMin: number;
}

/** The endpoints in a region, of whatever service, and how many of them are down. Unknown ones are not. */
export interface RegionCounts {
  readonly all: number;
  readonly down: number;
}

export function isRegionDown({ all, down }: RegionCounts, { share, downMin }: RegionSettings): boolean {
  return down >= downMin && down > share * all;
}
