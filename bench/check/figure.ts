import { rotated } from '../lib/alternate.ts';
import type { Sample } from '../lib/measure.ts';
import { type Spread, spread } from '../lib/stats.ts';
import { Stop } from '../lib/stop.ts';

/** One line of the result: what was measured, and what it is to be at most. */
export interface Figure {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | '×';
  readonly goal: number | undefined;
  readonly values: Spread;
}

/** `values` has one a round. */
export function figure(
  name: string,
  unit: Figure['unit'],
  goal: number | undefined,
  values: readonly number[],
): Figure {
  const all = spread(values);
  if (all === undefined) throw new Stop(`nothing was measured of: ${name}`);
  return { name, unit, goal, values: all };
}

/** Each does its part once a round, each round beginning with another one. */
export async function inTurn<T>(
  rounds: number,
  parts: Readonly<Record<string, () => Promise<T>>>,
): Promise<Record<string, T>[]> {
  const results: Record<string, T>[] = [];
  for (let round = 0; round < rounds; round++) {
    const result: Record<string, T> = {};
    for (const [name, part] of rotated(Object.entries(parts), round)) result[name] = await part();
    results.push(result);
  }
  return results;
}

export function checked(sample: Sample, okExits: readonly number[] = [0]): Sample {
  if (okExits.includes(sample.exit)) return sample;
  throw new Stop(
    `a command that is measured failed (exit ${sample.exit}): ${sample.stderr.trim()}`,
  );
}
