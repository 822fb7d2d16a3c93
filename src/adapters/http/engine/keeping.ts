import { isFinalError, isNeverConnected, isNothingHappened } from '../../../once/errors.ts';
import type { Captured } from './types.ts';

/** `keep`: recorded and replayed · `release`: the key is free again · `unknown`: nobody can say. */
export type Fate = 'keep' | 'release' | 'unknown';

/** Answers that say that nothing was done: the request may come again. */
const RELEASED = new Set([408, 425, 429, 503]);

/** Answers for somebody else, who did not say what happened. */
const UNKNOWN = new Set([502, 504]);

/**
 * What an answer means for its key. What was thrown says nothing about effects before it, whatever status
 * it becomes, but for a 4xx that is an answer of its own: a 503 or 429 may be that of a server that was
 * called. A 409 with Retry-After is one that says "busy".
 */
export function fateOf(captured: Captured, nothingHappened: boolean): Fate {
  const { status, thrown } = captured;
  if (nothingHappened) return 'release';
  if (thrown !== undefined && !isFinalError(thrown.error)) {
    if (isNothingHappened(thrown.error) || isNeverConnected(thrown.error)) return 'release';
    return status >= 500 || saysNothingHappened(captured) ? 'unknown' : 'keep';
  }
  if (saysNothingHappened(captured)) return 'release';
  return UNKNOWN.has(status) ? 'unknown' : 'keep';
}

function saysNothingHappened({ status, headers }: Captured): boolean {
  if (RELEASED.has(status)) return true;
  return status === 409 && headers.some(([name]) => name === 'retry-after');
}
