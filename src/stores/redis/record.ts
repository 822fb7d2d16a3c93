// How a record is written: its version and its state, of one digit each; end, when a purge should look
// at it, attempt, lease end, first claim, start, keep, remember, of 16 digits each; then, apart by a
// separator, owner, fingerprint, progress; and where there is a result, its codec and its text.
import { RuntwiceError } from '../../core/errors.ts';
import type { ReadReply, RecordState, StoredRecord } from '../../once/store/types.ts';
import { fromField, SEPARATOR, textOf } from './text.ts';

/** States as they are stored, as in every store: their numbers never change. */
export const STATES: readonly RecordState[] = ['running', 'done', 'failed', 'released', 'unknown'];

export const VERSION = '1';

/** So long are version, state and numbers together. */
export const HEAD_LENGTH = 130;

const DIGITS = 16;
export const ZERO: string = '0'.repeat(DIGITS);
/** In place of a number that has no end. */
export const NEVER: string = '-'.repeat(DIGITS);

/** What a purge and a list have to know of a record. */
export interface Head {
  readonly state: RecordState;
  readonly startedAt: number;
  /** When a purge should look at it; `Infinity`: never. */
  readonly dueAt: number;
}

/** The reply of a script that gives the time and a record; undefined where there is none. */
export function replyOf(reply: unknown): ReadReply | undefined {
  const [seconds, micros, value] = reply as [unknown, unknown, unknown?];
  if (value === undefined || value === null) return undefined;
  return { record: recordOf(textOf(value)), now: timeOf(seconds, micros) };
}

/** What TIME says, in milliseconds. */
export function timeOf(seconds: unknown, micros: unknown): number {
  return Number(textOf(seconds)) * 1000 + Math.floor(Number(textOf(micros)) / 1000);
}

function recordOf(value: string): StoredRecord {
  requireOurs(value);
  const state = stateOf(value);
  const finishedAt = numberAt(value, 0);
  const isFinal = state === 'done' || state === 'failed';
  const [owner, fingerprint, progress, codec, text] = value.slice(HEAD_LENGTH).split(SEPARATOR);
  return {
    fingerprint: fieldOf(fingerprint),
    state,
    attempt: numberAt(value, 2),
    owner: fieldOf(owner),
    leaseUntil: numberAt(value, 3),
    progress: fieldOf(progress),
    result: codec === undefined ? undefined : { codec: fieldOf(codec), text: fieldOf(text) },
    firstAt: numberAt(value, 4),
    startedAt: numberAt(value, 5),
    finishedAt,
    keepUntil: isFinal ? finishedAt + numberAt(value, 6) : 0,
  };
}

/** From the beginning of a record; undefined where it is gone. */
export function headOf(value: string): Head | undefined {
  if (value === '') return undefined;
  requireOurs(value);
  return { state: stateOf(value), startedAt: numberAt(value, 5), dueAt: numberAt(value, 1) };
}

export function isOurs(value: string): boolean {
  return value.startsWith(VERSION) && value.length >= HEAD_LENGTH;
}

function requireOurs(value: string): void {
  if (!isOurs(value)) throw tooNew();
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

function stateOf(value: string): RecordState {
  return STATES[Number(value[1])] ?? 'unknown';
}

/** The number at that place, of those in the head. */
function numberAt(value: string, place: number): number {
  const from = 2 + place * DIGITS;
  const digits = value.slice(from, from + DIGITS);
  return digits === NEVER ? Number.POSITIVE_INFINITY : Number(digits);
}

function fieldOf(field: string | undefined): string {
  return fromField(field ?? '');
}

/** Whole milliseconds, as many as can be added to a time. */
export function whole(ms: number): string {
  return String(Math.round(Math.min(ms, Number.MAX_SAFE_INTEGER)));
}

/** Whole milliseconds or for ever, as they are stored. */
export function endable(ms: number): string {
  return ms === Number.POSITIVE_INFINITY ? NEVER : whole(ms).padStart(DIGITS, '0');
}
