/** A belief about a round-trip time: a logarithm of ms and the variance of its error. */
export interface Belief {
  readonly lnMs: number;
  readonly variance: number;
}

/** How much strangers may say: see {@link shrink}. */
export interface Voice {
  /** Distinct sources behind the evidence; Infinity where one is trusted. */
  readonly witnesses: number;
  /** The part of the outcome that one of them can be at most. */
  readonly shareMax: number;
  /** A difference is lessened by so many standard deviations of its error: it may be chance (soft thresholding: Donoho 1995). */
  readonly chance?: number;
}

/** With too few witnesses, evidence further off than this many standard deviations of the parent counts less the further off it is. */
const SURPRISE_MAX = 2;

/** Two beliefs that know nothing of each other, each by its precision. */
export function combine(a: Belief, b: Belief): Belief {
  const variance = 1 / (1 / a.variance + 1 / b.variance);
  return { lnMs: variance * (a.lnMs / a.variance + b.lnMs / b.variance), variance };
}

/**
 * Evidence drawn towards its parent by their variances (empirical Bayes: Efron and Morris 1975). As long as there are fewer
 * than 1 / shareMax witnesses, the parent keeps the part that is missing, and surprises count little: one source moves
 * an estimate by no more than `shareMax` times SURPRISE_MAX deviations.
 */
export function shrink(parent: Belief, evidence: Belief, { witnesses, shareMax, chance = 0 }: Voice): Belief {
  const byVariance = parent.variance / (parent.variance + evidence.variance);
  const mayDecide = witnesses * shareMax;
  const weight = Math.min(byVariance, mayDecide);
  const difference = beyondChance(evidence.lnMs - parent.lnMs, chance * Math.sqrt(evidence.variance));
  const taken = mayDecide >= 1 ? difference : subdued(difference, SURPRISE_MAX * Math.sqrt(parent.variance));
  return {
    lnMs: parent.lnMs + weight * taken,
    variance: (1 - weight) ** 2 * parent.variance + weight ** 2 * evidence.variance,
  };
}

function beyondChance(difference: number, chance: number): number {
  return Math.sign(difference) * Math.max(0, Math.abs(difference) - chance);
}

/** As it is up to a limit, and falling again beyond it: a lie by a factor of ten counts less than an honest oddity. */
function subdued(difference: number, limit: number): number {
  return Math.abs(difference) <= limit ? difference : limit ** 2 / difference;
}
