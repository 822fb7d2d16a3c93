// A record as databases hold it in the columns of a row.
import { fromStored } from './text.ts';
import type { ReadReply, RecordState } from './types.ts';

/** States as they are stored: their numbers never change. */
export const STATES: readonly RecordState[] = ['running', 'done', 'failed', 'released', 'unknown'];

/**
 * What a row says: in its first column all numbers in one text, because each column of a reply costs
 * the client (the time, state, attempt, lease's end, first and last start, finish, and until when it is
 * kept, which is not there where that is for ever); then fingerprint, owner, progress, codec and result.
 */
export function replyOf(row: readonly (string | null)[]): ReadReply {
  const numbers = (row[0] ?? '').split(' ');
  const codec = row[4];
  const record = {
    fingerprint: textOf(row[1]),
    state: stateOf(numbers[1]),
    attempt: Number(numbers[2]),
    owner: textOf(row[2]),
    leaseUntil: Number(numbers[3]),
    progress: textOf(row[3]),
    result: typeof codec === 'string' ? { codec: textOf(codec), text: textOf(row[5]) } : undefined,
    firstAt: Number(numbers[4]),
    startedAt: Number(numbers[5]),
    finishedAt: Number(numbers[6]),
    keepUntil: numbers.length > 7 ? Number(numbers[7]) : Number.POSITIVE_INFINITY,
  };
  return { record, now: Number(numbers[0]) };
}

export function stateOf(number: unknown): RecordState {
  return STATES[Number(number)] ?? 'unknown';
}

function textOf(stored: string | null | undefined): string {
  return fromStored(stored ?? '');
}
