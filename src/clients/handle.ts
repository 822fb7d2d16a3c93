// What the rest of the package asks of a transaction of a query builder or ORM, whichever it is.
import { RuntwiceError } from '../core/errors.ts';
import type { SqlClient, SqlRow, SqlValue } from './sql.ts';

/** A value on its way through a library, as its driver takes it. */
export type HandleValue = string | number | null | Uint8Array;

/** The database, or a transaction, of a query builder or ORM. */
export interface Handle {
  readonly library: string;
  /** Whether it is a transaction already, so that none can be begun. */
  readonly isTransaction: boolean;
  /** What the library makes of the reply. */
  query(text: string, values: HandleValue[]): PromiseLike<unknown>;
  /** Does the work in a transaction of the library's own, and gives it that transaction. */
  begin(work: (tx: object) => Promise<void>): PromiseLike<unknown>;
}

/**
 * Begins what a statement replies through a library: one text. Applications have columns renamed, values
 * parsed and replies rebuilt there; such a text is found in all of them, and taken for nothing else.
 */
export const MARK = 'runtwice=';

/**
 * Asks PostgreSQL through a library. The statements that are sent here take texts, so that no library
 * has to know a value's type, and reply with the mark and their rows as JSON.
 */
export function handleClient(handle: Handle): SqlClient {
  return {
    async query({ text }, values) {
      const reply = markedIn(await handle.query(text, values.map(textOf)));
      if (reply === undefined) throw changed(handle);
      return JSON.parse(reply).map(valuesOf);
    },
    async run(text) {
      await handle.query(text, []);
    },
  };
}

function textOf(value: SqlValue): string | null {
  if (value === null || typeof value === 'string') return value;
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value);
}

function valuesOf(row: Record<string, string | number | null>): SqlRow {
  return Object.values(row).map((value) => (value === null ? null : String(value)));
}

/** A reply is no deeper: of rows and columns, in an array of rows and fields. */
const MAX_DEPTH = 4;

/** What follows the mark in a library's reply; undefined where it is not there. */
export function markedIn(reply: unknown, depth = 0): string | undefined {
  if (typeof reply === 'string' && reply.startsWith(MARK)) return reply.slice(MARK.length);
  if (typeof reply !== 'object' || reply === null || ArrayBuffer.isView(reply)) return undefined;
  if (depth === MAX_DEPTH) return undefined;
  for (const part of Object.values(reply)) {
    const marked = markedIn(part, depth + 1);
    if (marked !== undefined) return marked;
  }
  return undefined;
}

function changed({ library }: Handle): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `something between ${library} and the ledger changes what raw queries reply`,
    {
      fix: 'Have parsers, plugins and postProcessResponse leave the replies of raw queries alone.',
    },
  );
}
