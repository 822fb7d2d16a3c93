import type { SqlRow } from '../../clients/sql.ts';
import type { ReadReply, RecordState } from '../../once/store/types.ts';
import { STATES } from './sql-parts.ts';
import { fromStored } from './text.ts';

/** What the columns of `record` say. */
export function replyOf(row: SqlRow): ReadReply {
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

export function stateOf(number: string | null | undefined): RecordState {
  return STATES[Number(number)] ?? 'unknown';
}

function textOf(stored: string | null | undefined): string {
  return fromStored(stored ?? '');
}
