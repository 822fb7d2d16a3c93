// What the rest of the package asks of a transaction of a query builder or ORM, whichever it is.
import { RuntwiceError } from '../core/errors.ts';
import type { SqlClient, SqlRow, SqlValue } from './sql.ts';

/** A value on its way through a library: as text, so that none of them has to know its type. */
export type Text = string | null;

/** The database, or a transaction, of a query builder or ORM. */
export interface Handle {
  readonly library: string;
  /** Whether it is a transaction already, so that none can be begun. */
  readonly isTransaction: boolean;
  /** What the library makes of the reply. */
  query(text: string, values: Text[]): PromiseLike<unknown>;
  /** Does the work in a transaction of the library's own, and gives it that transaction. */
  begin(work: (tx: object) => Promise<void>): PromiseLike<unknown>;
}

/** Comes before each reply, so that nobody takes it for JSON, a number or a date of the application's. */
export const MARK = '=';

/**
 * Asks through a library, whose rows are objects and whose users may have columns renamed and values
 * parsed. So the statements that are sent here take texts, and reply in one column: a text, of the mark
 * and a JSON object, whose values are those of the row in their order.
 */
export function handleClient(handle: Handle): SqlClient {
  const query = async (text: string, values: SqlValue[]): Promise<SqlRow[]> => {
    const reply = await handle.query(text, values.map(textOf));
    const rows = rowsOf(reply);
    if (rows === undefined) throw changed(handle);
    return rows.map((row) => valuesOf(row) ?? fail(changed(handle)));
  };
  return {
    query: ({ text }, values) => query(text, values),
    async run(text) {
      await handle.query(text, []);
    },
  };
}

function textOf(value: SqlValue): Text {
  if (value === null || typeof value === 'string') return value;
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value);
}

/** An array of rows, or what has them as `rows`. */
function rowsOf(reply: unknown): readonly unknown[] | undefined {
  if (Array.isArray(reply)) return reply;
  const rows = (reply as { rows?: unknown } | null | undefined)?.rows;
  return Array.isArray(rows) ? rows : undefined;
}

function valuesOf(row: unknown): SqlRow | undefined {
  const [reply] = typeof row === 'object' && row !== null ? Object.values(row) : [];
  if (typeof reply !== 'string' || !reply.startsWith(MARK)) return undefined;
  const values: (string | number | null)[] = Object.values(JSON.parse(reply.slice(MARK.length)));
  return values.map((value) => (value === null ? null : String(value)));
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

function fail(error: Error): never {
  throw error;
}
