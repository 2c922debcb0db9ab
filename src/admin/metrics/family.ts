/** One number of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Where it is not that of the metric: `NAME_bucket`, `NAME_sum` and `NAME_count` of a histogram. */
  readonly metricName?: string;
}

/** A metric, and all that it says just now: read when somebody asks, and counted by nobody twice. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly values: readonly Sample[];
}

type Values = number | readonly Sample[];

/** A number that goes up and down. */
export function gauge(name: string, help: string, values: Values): Family {
  return { name, help, type: 'gauge', values: samples(values) };
}

/** A number that only goes up; its name ends in _total. */
export function counter(name: string, help: string, values: Values): Family {
  return { name, help, type: 'counter', values: samples(values) };
}

/** Durations of one series, by buckets. */
export interface Distribution {
  readonly labels: Readonly<Record<string, string>>;
  /** How many fell into each bucket, and beyond the last bound. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

/** @param bounds upper bounds of the buckets, rising. */
export function histogram(
  name: string,
  help: string,
  bounds: readonly number[],
  series: readonly Distribution[],
): Family {
  const values = series.flatMap(({ labels, counts, sum }): readonly Sample[] => {
    let total = 0;
    const buckets = [...bounds.map(String), '+Inf'].map((le, index) => {
      total += counts[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: total },
    ];
  });
  return { name, help, type: 'histogram', values };
}

function samples(values: Values): readonly Sample[] {
  return typeof values === 'number' ? [{ labels: {}, value: values }] : values;
}

/** `closedForNewer` as metrics and labels have it: `closed_for_newer`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
