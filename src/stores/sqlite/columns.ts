import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Row } from '../../once/store/rules.ts';
import { STATES, stateOf } from '../../once/store/stored-row.ts';

export const COLUMNS = [
  'id',
  'fingerprint',
  'state',
  'attempt',
  'owner',
  'lease_until',
  'progress',
  'codec',
  'result',
  'first_at',
  'started_at',
  'finished_at',
  'keep_until',
  'keep_ms',
  'remember_ms',
  'purge_after',
] as const;

type Column = (typeof COLUMNS)[number];

const TEXTS: readonly Column[] = ['id', 'fingerprint', 'owner', 'progress', 'codec', 'result'];

/** What is later cannot be read again as a number. */
const MAX_MS = Number.MAX_SAFE_INTEGER;

/** A row as SQLite gives it, in the order of the columns; a length of time without end is null. */
export type Raw = readonly SQLOutputValue[];

/** The columns to read, so that texts come whole. */
export function selected(db: DatabaseSync): string {
  return (readsWhole(db) ? COLUMNS : COLUMNS.map(asBytes)).join();
}

/** Node 22 ends a text that it reads at U+0000: the row would have the id of another. */
function readsWhole(db: DatabaseSync): boolean {
  return db.prepare("SELECT 'a' || char(0) || 'b' AS text").get()?.['text'] === 'a\0b';
}

function asBytes(column: Column): string {
  return TEXTS.includes(column) ? `CAST(${column} AS BLOB) AS ${column}` : column;
}

export function idOf([id]: Raw): string {
  return textOf(id);
}

export function rowOf(raw: Raw): Row {
  const [, fingerprint, state, attempt, owner, leaseUntil, progress, codec, result] = raw;
  return {
    fingerprint: textOf(fingerprint),
    state: stateOf(state),
    attempt: Number(attempt),
    owner: textOf(owner),
    leaseUntil: Number(leaseUntil),
    progress: textOf(progress),
    result: codec === null ? undefined : { codec: textOf(codec), text: textOf(result) },
    firstAt: Number(raw[9]),
    startedAt: Number(raw[10]),
    finishedAt: Number(raw[11]),
    keepUntil: endless(raw[12]),
    keepMs: endless(raw[13]),
    rememberMs: endless(raw[14]),
    purgeAfter: endless(raw[15]),
  };
}

/** A row's values, in the order of the columns. */
export function valuesOf(id: string, row: Row): SQLInputValue[] {
  return [
    id,
    row.fingerprint,
    STATES.indexOf(row.state),
    row.attempt,
    row.owner,
    storable(row.leaseUntil),
    row.progress,
    row.result?.codec ?? null,
    row.result?.text ?? null,
    row.firstAt,
    row.startedAt,
    row.finishedAt,
    endable(row.keepUntil),
    endable(row.keepMs),
    endable(row.rememberMs),
    endable(row.purgeAfter),
  ];
}

/** The values that an update changes: state, progress, codec, result, when finished, when kept until. */
export function endOf({ state, progress, result, finishedAt, keepUntil }: Row): SQLInputValue[] {
  const { codec = null, text = null } = result ?? {};
  return [STATES.indexOf(state), progress, codec, text, finishedAt, endable(keepUntil)];
}

function textOf(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
}

/** The latest time that can be read again, where it is later. */
export function storable(ms: number): number {
  return Math.min(ms, MAX_MS);
}

/** Null for what has no end that could be read again. */
function endable(ms: number): number | null {
  return ms <= MAX_MS ? ms : null;
}

function endless(value: SQLOutputValue | undefined): number {
  return value === null || value === undefined ? Number.POSITIVE_INFINITY : Number(value);
}
