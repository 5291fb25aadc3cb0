/** What a few samples say: the middle, the spread, and means of ratios. Knows nothing of what was measured. */

/** The middle and the ends of some samples. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle sample, or the mean of the two in the middle. @throws RangeError without samples */
export function median(samples: readonly number[]): number {
  const [low, high] = middle(samples);
  return (low + high) / 2;
}

/** @throws RangeError without samples */
export function summarize(samples: readonly number[]): Summary {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) };
}

/** The mean for ratios: twice as fast and half as fast give 1. @throws RangeError without values */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('a mean of no values');
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

function middle(samples: readonly number[]): readonly [number, number] {
  const sorted = samples.toSorted((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  if (low === undefined || high === undefined) throw new RangeError('a median of no samples');
  return [low, high];
}
