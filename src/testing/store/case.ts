import type { Bench } from './bench.ts';

/**
 * What a store may lack, if it says why. `shared`: what one opened store wrote, another one sees.
 * `nul`: U+0000 in ids and texts. `bigTexts`: results of 1 MB, progress of 256 KB. `list`: lists and
 * counts. `purge`: forgets when it is told to. `exactTime`: takes its time from the suite's clock.
 */
export type Capability = 'shared' | 'nul' | 'bigTexts' | 'list' | 'purge' | 'exactTime';

/** One behaviour of a store: throws where it is not held. */
export interface Case {
  (bench: Bench): Promise<void>;
  readonly needs?: readonly Capability[];
}

/** Cases of one kind, each under the sentence that it proves. */
export type Cases = Readonly<Record<string, Case>>;

/** A case that stores without that capability leave out. */
export function needs(capability: Capability, run: Case): Case {
  const all = [...(run.needs ?? []), capability];
  return Object.assign((bench: Bench) => run(bench), { needs: all });
}

/** The same for all of these. */
export function allNeed(capability: Capability, cases: Cases): Cases {
  return Object.fromEntries(
    Object.entries(cases).map(([name, run]) => [name, needs(capability, run)]),
  );
}
