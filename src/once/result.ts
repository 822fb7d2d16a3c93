import type { Call, End } from './call.ts';
import { decodeError, decodeValue } from './codec.ts';

/** A call that has its result. */
export interface Done<Value> {
  /** `created`: this call ran the operation · `replayed`: the result was recorded before. */
  readonly outcome: 'created' | 'replayed';
  readonly value: Value;
  /** Which attempt made the result. */
  readonly attempt: number;
  /** When the key was seen first, and when the result was recorded; by the store's clock. */
  readonly firstAt: Date;
  readonly finishedAt: Date;
}

/** A call that has none. */
export interface NotDone {
  /**
   * `failed`: it threw, and nothing can have happened, or its failure is the result · `differs`: the
   * key was used with another input · `busy`: somebody else is at it · `unknown`: an attempt ended
   * without saying how.
   */
  readonly outcome: 'failed' | 'differs' | 'busy' | 'unknown';
  /** What the plain call throws. */
  readonly error: unknown;
}

export type Settled<Value> = Done<Value> | NotDone;

/** What a call's caller gets: a copy of its own of what is recorded. */
export function settledOf<Value>(end: End, { codec }: Pick<Call, 'codec'>): Settled<Value> {
  if (end.kind === 'none') return { outcome: end.outcome, error: end.error };
  if (end.kind === 'failed') {
    return { outcome: 'failed', error: end.fresh?.error ?? decodeError(end.stored) };
  }
  const { fresh, stored, attempt, firstAt, finishedAt } = end;
  return {
    outcome: fresh === undefined ? 'replayed' : 'created',
    value: (fresh === undefined ? decodeValue(stored, codec) : fresh.value) as Value,
    attempt,
    firstAt: new Date(firstAt),
    finishedAt: new Date(finishedAt),
  };
}

/** The same; a result that cannot be read, here or by the operation's own codec, is a failure. */
export function settledOrFailed<Value>(end: End, call: Pick<Call, 'codec'>): Settled<Value> {
  try {
    return settledOf<Value>(end, call);
  } catch (error) {
    return { outcome: 'failed', error };
  }
}
