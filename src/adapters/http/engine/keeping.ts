import { isFinalError } from '../../../once/errors.ts';
import type { Captured } from './types.ts';

/** `keep`: recorded and replayed · `release`: the key is free again · `unknown`: nobody can say. */
export type Fate = 'keep' | 'release' | 'unknown';

/** Answers that say that nothing was done: the request may come again. */
const RELEASED = new Set([408, 425, 429, 503]);

/** Answers for somebody else, who did not say what happened. */
const UNKNOWN = new Set([502, 504]);

/**
 * What an answer means for its key. A 4xx is the handler's answer also where it was thrown; a thrown 5xx
 * says nothing about the effect. A 409 with Retry-After is one that says "busy".
 */
export function fateOf({ status, headers, thrown }: Captured, nothingHappened: boolean): Fate {
  if (nothingHappened || RELEASED.has(status)) return 'release';
  if (status === 409 && headers.some(([name]) => name === 'retry-after')) return 'release';
  if (UNKNOWN.has(status)) return 'unknown';
  if (thrown === undefined || status < 500 || isFinalError(thrown.error)) return 'keep';
  return 'unknown';
}
