import { isSameInput } from '../core/fingerprint.ts';
import { type End, type FailedEnd, type KeyedCall, noEnd, type ValueEnd } from './call.ts';
import { NOT_KEPT } from './codec.ts';
import { resultNotKept } from './errors.ts';
import { keyExpired, keyReused } from './problems.ts';
import type { ReadReply } from './store/types.ts';

/** The end that a record holds for this call; undefined where it is not finished. */
export function recordedEnd(call: KeyedCall, { record, now }: ReadReply): End | undefined {
  if (!isSameInput(record.fingerprint, call.fingerprint, () => call.input)) {
    return noEnd('differs', keyReused(call.identity));
  }
  const { state, result, attempt, firstAt, finishedAt, keepUntil } = record;
  if (state !== 'done' && state !== 'failed') return undefined;
  if (result === undefined || keepUntil <= now) {
    return noEnd('failed', keyExpired(call.identity, finishedAt));
  }
  const kind = state === 'done' ? 'value' : 'failed';
  return asRecorded(call, { kind, stored: result, attempt, firstAt, finishedAt });
}

/** What everybody gets of a result but the call that made it. */
export function asRecorded(
  { identity: { operation, key } }: Pick<KeyedCall, 'identity'>,
  end: ValueEnd | FailedEnd,
): End {
  if (end.stored.codec !== NOT_KEPT.codec) return { ...end, fresh: undefined };
  return noEnd('failed', resultNotKept(`${operation} for the key ${JSON.stringify(key)}`));
}
