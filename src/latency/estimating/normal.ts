// Of normal values, the standard deviation over other measures of how far they stray.

/** Over the median absolute deviation. */
export const PER_MEDIAN_DEVIATION = 1.4826;

/** Over the mean absolute deviation. */
export const PER_MEAN_DEVIATION = 1.2533;
