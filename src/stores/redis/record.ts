// How a record is written. Its fields, in their order: version, state, attempt, lease end, first
// claim, start, end, keep, remember, when a purge should look at it, fingerprint, owner, progress; and
// where there is a result, its codec and its text. Numbers without end are empty.
import { RuntwiceError } from '../../core/errors.ts';
import type { ReadReply, RecordState, StoredRecord } from '../../once/store/types.ts';
import { fromField, SEPARATOR, textOf } from './text.ts';

/** States as they are stored, as in every store: their numbers never change. */
export const STATES: readonly RecordState[] = ['running', 'done', 'failed', 'released', 'unknown'];

export const VERSION = '1';

/** The fields up to the fingerprint are no longer than this. */
export const HEAD_LENGTH = 200;

/** What a purge and a list have to know of a record. */
export interface Head {
  readonly state: RecordState;
  readonly startedAt: number;
  /** When a purge should look at it; `Infinity`: never. */
  readonly dueAt: number;
}

/** The reply of a script that gives the time and a record; undefined where there is none. */
export function replyOf(reply: unknown): ReadReply | undefined {
  const [now, value] = reply as [unknown, unknown?];
  if (value === undefined || value === null) return undefined;
  return { record: recordOf(textOf(value)), now: Number(textOf(now)) };
}

function recordOf(value: string): StoredRecord {
  const fields = value.split(SEPARATOR);
  requireVersion(fields[0]);
  const state = stateOf(fields[1]);
  const finishedAt = Number(fields[6]);
  const isFinal = state === 'done' || state === 'failed';
  const [codec, text] = fields.slice(13);
  return {
    fingerprint: fieldOf(fields[10]),
    state,
    attempt: Number(fields[2]),
    owner: fieldOf(fields[11]),
    leaseUntil: Number(fields[3]),
    progress: fieldOf(fields[12]),
    result: codec === undefined ? undefined : { codec: fieldOf(codec), text: fieldOf(text) },
    firstAt: Number(fields[4]),
    startedAt: Number(fields[5]),
    finishedAt,
    keepUntil: isFinal ? finishedAt + endlessly(fields[7]) : 0,
  };
}

/** From the beginning of a record; undefined where it is gone. */
export function headOf(value: string): Head | undefined {
  if (value === '') return undefined;
  const fields = value.split(SEPARATOR, 10);
  requireVersion(fields[0]);
  return {
    state: stateOf(fields[1]),
    startedAt: Number(fields[5]),
    dueAt: endlessly(fields[9]),
  };
}

export function isOurs(value: string): boolean {
  return value.startsWith(VERSION + SEPARATOR);
}

function requireVersion(version: string | undefined): void {
  if (version !== VERSION) throw tooNew();
}

export function tooNew(cause?: unknown): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_RECORD_TOO_NEW',
    'the record in Redis was written by a newer version of runtwice, or by something else',
    {
      fix: "Nothing was run or changed. Update runtwice, or give the store another 'prefix'.",
      ...(cause !== undefined && { cause }),
    },
  );
}

function stateOf(field: string | undefined): RecordState {
  return STATES[Number(field)] ?? 'unknown';
}

function fieldOf(field: string | undefined): string {
  return fromField(field ?? '');
}

function endlessly(field: string | undefined): number {
  return field === undefined || field === '' ? Number.POSITIVE_INFINITY : Number(field);
}

/** Whole milliseconds, as many as can be added to a time. */
export function whole(ms: number): string {
  return String(Math.round(Math.min(ms, Number.MAX_SAFE_INTEGER)));
}

/** Whole milliseconds; empty for a time without end. */
export function endable(ms: number): string {
  return ms === Number.POSITIVE_INFINITY ? '' : whole(ms);
}
