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
  /**
   * A difference is lessened by so many standard deviations of its error: it may be chance (soft thresholding: Donoho
   * 1995).
   */
  readonly chance?: number;
}

/**
 * With too few witnesses, evidence further off than this many standard deviations of the parent counts less the further
 * off it is.
 */
const SURPRISE_MAX = 2;

/**
 * With enough witnesses, the parent draws no further than so many standard errors of the evidence. A country whose
 * addresses are said to be on another continent is not what its neighbours make of it, however sure they are; one time
 * in twenty it is as far off by chance.
 */
const TRANSLATION_MAX = 2;

/** Two beliefs that know nothing of each other, each by its precision. */
export function combine(a: Belief, b: Belief): Belief {
  const variance = 1 / (1 / a.variance + 1 / b.variance);
  return { lnMs: variance * (a.lnMs / a.variance + b.lnMs / b.variance), variance };
}

/**
 * Evidence drawn towards its parent by their variances (empirical Bayes: Efron and Morris 1975). As long as there are
 * fewer than 1 / shareMax witnesses, the parent keeps the part that is missing, and surprises count little: one source
 * moves an estimate by no more than `shareMax` times SURPRISE_MAX deviations. From then on the parent's part is
 * limited, by TRANSLATION_MAX (limited translation rules: Efron and Morris 1972, section 2): by variances alone, a
 * parent that is sure and wrong would never be given up.
 */
export function shrink(parent: Belief, evidence: Belief, voice: Voice): Belief {
  const out = { lnMs: 0, variance: 0 };
  shrinkInto(out, parent, evidence, voice);
  return out;
}

/**
 * {@link shrink} without an object for each: a recompile does it for millions of networks and regions. `out` may be the
 * parent.
 */
export function shrinkInto(
  out: { -readonly [Key in keyof Belief]: Belief[Key] },
  parent: Belief,
  evidence: Belief,
  { witnesses, shareMax, chance = 0 }: Voice,
): void {
  const byVariance = parent.variance / (parent.variance + evidence.variance);
  const mayDecide = witnesses * shareMax;
  const errorLn = Math.sqrt(evidence.variance);
  const difference = beyondChance(evidence.lnMs - parent.lnMs, chance * errorLn);
  const isDecided = mayDecide >= 1;
  const weight = Math.min(isDecided ? Math.max(byVariance, leastWeight(difference, errorLn)) : byVariance, mayDecide);
  const taken = isDecided ? difference : subdued(difference, SURPRISE_MAX * Math.sqrt(parent.variance));
  const variance = (1 - weight) ** 2 * parent.variance + weight ** 2 * evidence.variance;
  out.lnMs = parent.lnMs + weight * taken;
  out.variance = variance;
}

/** The part of a difference that is to be taken for the rest to be no more than TRANSLATION_MAX errors. */
function leastWeight(difference: number, error: number): number {
  return Math.max(0, 1 - (TRANSLATION_MAX * error) / Math.abs(difference));
}

function beyondChance(difference: number, chance: number): number {
  return Math.sign(difference) * Math.max(0, Math.abs(difference) - chance);
}

/** As it is up to a limit, and falling again beyond it: a lie by a factor of ten counts less than an honest oddity. */
function subdued(difference: number, limit: number): number {
  return Math.abs(difference) <= limit ? difference : limit ** 2 / difference;
}
