import { isSameInput } from '../core/fingerprint.ts';
import { type End, type KeyedCall, noEnd } from './call.ts';
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
  if (result.codec === NOT_KEPT.codec) {
    return notKept(call);
  }
  const kind = state === 'done' ? 'value' : 'failed';
  return { kind, stored: result, attempt, firstAt, finishedAt };
}

/** The end of a call that was done before, and whose result no store could keep. */
export function notKept({ identity: { operation, key } }: Pick<KeyedCall, 'identity'>): End {
  return noEnd('failed', resultNotKept(`${operation} for the key ${JSON.stringify(key)}`));
}
