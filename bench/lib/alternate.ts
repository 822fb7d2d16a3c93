// Runs contestants in turn, round after round, so that each round compares like with like.
import type { Measure, Sample } from './measure.ts';

export type Role = 'ours' | 'peer' | 'floor';

export interface Contestant {
  readonly name: string;
  readonly role: Role;
  readonly command: readonly string[];
  /** Exit codes besides 0 with which the work is done all the same. */
  readonly okExits?: readonly number[];
}

export interface Row<C extends Contestant = Contestant> {
  readonly contestant: C;
  /** One a round; undefined from the round on in which it failed. */
  readonly samples: readonly (Sample | undefined)[];
  readonly failure: string | undefined;
}

export interface Hooks<C extends Contestant> {
  readonly measure: Measure;
  /** Outside the timing: clears the place and lets the disk come to rest. */
  readonly before: (contestant: C) => Promise<void>;
  /** Outside the timing: says what is wrong with the result, if anything is. */
  readonly after: (contestant: C) => Promise<string | undefined>;
  readonly onRound: (round: number, seconds: number) => void;
}

/** A B C, B C A, C A B …; who fails is not run again. */
export async function alternate<C extends Contestant>(
  contestants: readonly C[],
  rounds: number,
  hooks: Hooks<C>,
): Promise<Row<C>[]> {
  const rows = contestants.map((contestant) => ({
    contestant,
    samples: Array.from({ length: rounds }, (): Sample | undefined => undefined),
    failure: undefined as string | undefined,
  }));
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (const row of rotated(rows, round)) {
      if (row.failure !== undefined) continue;
      await hooks.before(row.contestant);
      const sample = await hooks.measure(row.contestant.command);
      row.failure = failureOf(row.contestant, sample) ?? (await hooks.after(row.contestant));
      if (row.failure === undefined) row.samples[round] = sample;
    }
    hooks.onRound(round + 1, (performance.now() - start) / 1000);
  }
  return rows;
}

export function rotated<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

function failureOf(contestant: Contestant, sample: Sample): string | undefined {
  if (sample.exit === 0 || contestant.okExits?.includes(sample.exit)) return undefined;
  return `exit ${sample.exit}: ${sample.stderr.trim().split('\n').at(-1) ?? ''}`;
}
