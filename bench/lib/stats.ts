// Medians, and ratios that only ever divide two runs of the same round.
import type { Row } from './alternate.ts';
import type { Sample } from './measure.ts';

export type Metric = 'cpu' | 'wall' | 'memory';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/** Undefined where nothing was measured. */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (min === undefined || max === undefined || low === undefined || high === undefined) {
    return undefined;
  }
  return { median: (low + high) / 2, min, max, count: sorted.length };
}

export function valuesOf(row: Row, metric: Metric): number[] {
  return row.samples.flatMap((sample) => metricOf(sample, metric) ?? []);
}

/** The ratios of `row` to `other`, round by round. */
export function ratios(row: Row, other: Row, metric: Metric): Spread | undefined {
  return spread(
    row.samples.flatMap((sample, round) => {
      const above = metricOf(sample, metric);
      const below = metricOf(other.samples[round], metric);
      return above === undefined || below === undefined || below === 0 ? [] : [above / below];
    }),
  );
}

function metricOf(sample: Sample | undefined, metric: Metric): number | undefined {
  return sample?.[metric] ?? undefined;
}
