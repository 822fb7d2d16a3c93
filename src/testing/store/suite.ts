import type { Clock } from '../../core/clock.ts';
import type { Store } from '../../once/store/types.ts';
import type { Capability } from './case.ts';

/** What every test runner has: vitest, jest, mocha, `node:test`. */
export interface Runner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: {
    (name: string, run: () => Promise<void>): unknown;
    readonly skip?: (name: string, run: () => Promise<void>) => unknown;
  };
}

/** The store that is to be tested. */
export interface StoreSuite {
  readonly name: string;
  /**
   * Opens the store. Each case opens it, some twice, and closes what it opened. All that are opened
   * have the same records, unless `lacks.shared`; ids of a case begin with a prefix of its own, so
   * what is there already does no harm.
   */
  readonly open: (clock: Clock) => Promise<Store>;
  /**
   * For a store that has a clock of its own, such as a server's: makes all records older by so much,
   * or waits for so long (ten seconds at most). Without it the store has to go by the clock that
   * `open` was given.
   */
  readonly advance?: (ms: number) => Promise<void>;
  /** What the store does not do, each with the reason; the cases that need it are skipped. */
  readonly lacks?: Readonly<Partial<Record<Capability, string>>>;
}

/** Why the suite leaves out what needs all that; undefined where it does not. */
export function reasonToSkip(
  { advance, lacks }: StoreSuite,
  needs: readonly Capability[],
): string | undefined {
  const ownClock = advance === undefined ? {} : { exactTime: 'it has its own clock' };
  const reasons: StoreSuite['lacks'] = { ...ownClock, ...lacks };
  return needs.map((capability) => reasons[capability]).find((reason) => reason !== undefined);
}
