import type { Random } from './random.ts';

/** What is done about an interrupted attempt, in the simulated operations. */
export type Policy = 'stop' | 'rerun' | 'look' | 'steps';

/** How an effect goes. */
export type EffectFate = 'works' | 'nothing' | 'fails-after' | 'fails-before' | 'final';

/** One schedule: who calls what, and which faults may strike. */
export interface Plan {
  readonly processes: number;
  /** Processes of one host see whether the others live. */
  readonly hosts: number;
  readonly keys: readonly { readonly key: string; readonly policy: Policy }[];
  readonly calls: readonly PlannedCall[];
  /** How likely a call to the store loses its request, or its reply. */
  readonly lossy: number;
  /** How likely a call to the store, or an effect, takes very long. */
  readonly slow: number;
  readonly crashes: readonly { readonly at: number; readonly process: number }[];
  readonly stops: readonly { readonly at: number; readonly process: number; readonly ms: number }[];
  /** The store's clock jumps forward. */
  readonly jumps: readonly { readonly at: number; readonly ms: number }[];
  readonly purges: readonly number[];
  readonly fates: readonly EffectFate[];
  /** A person resolves what is unknown, saying the truth. */
  readonly resolves: readonly number[];
}

export interface PlannedCall {
  readonly at: number;
  readonly process: number;
  readonly key: number;
  /** Index of the input; 1 is another input than the first caller's. */
  readonly input: 0 | 1;
  readonly waitMs: number;
}

/** The times of the simulated ledgers. */
export const LEASE_MS = 2000;
export const KEEP_MS = 60_000;
export const REMEMBER_MS = 60_000;

/** When all calls have begun, and the faults end. */
export const CALM_AT = 30_000;

export function makePlan(random: Random): Plan {
  const processes = random.between(1, 3);
  const some = <Item>(chance: number, most: number, make: () => Item): Item[] =>
    random.chance(chance) ? Array.from({ length: random.between(1, most) }, make) : [];
  const at = (): number => random.between(0, random.pick([200, 5000, CALM_AT]));
  const process = (): number => random.between(0, processes - 1);
  const keys = Array.from({ length: random.between(1, 2) }, (_, index) => ({
    key: `key-${index}`,
    policy: random.pick(['stop', 'stop', 'rerun', 'look', 'steps'] as const),
  }));
  const fault = random.chance(0.5);
  return {
    processes,
    hosts: random.between(1, 2),
    keys,
    calls: Array.from({ length: random.between(2, 8) }, () => ({
      at: at(),
      process: process(),
      key: random.between(0, keys.length - 1),
      input: random.chance(0.05) ? 1 : 0,
      waitMs: random.pick([0, 500, 10_000, 10_000]),
    })),
    lossy: fault ? random.pick([0, 0.05, 0.3]) : 0,
    slow: fault ? random.pick([0, 0.05, 0.2]) : 0,
    crashes: some(0.5, 2, () => ({ at: at(), process: process() })),
    stops: some(0.3, 2, () => ({
      at: at(),
      process: process(),
      ms: random.pick([500, 3000, 15_000]),
    })),
    jumps: some(0.1, 1, () => ({ at: at(), ms: random.pick([1000, 5000]) })),
    purges: some(0.3, 3, at),
    fates: Array.from({ length: 12 }, () =>
      random.chance(0.6)
        ? 'works'
        : random.pick(['nothing', 'fails-after', 'fails-before', 'final'] as const),
    ),
    resolves: some(0.3, 2, at),
  };
}
