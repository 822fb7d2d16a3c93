import type { SqlClient, SqlRow } from './sql.ts';

/** The part of postgres.js that is used: what `postgres()` returns, or the `sql` of its `begin`. */
export interface PostgresJsClient {
  unsafe(text: string, values?: unknown[], options?: { prepare?: boolean }): PostgresJsQuery;
}

export interface PostgresJsQuery extends PromiseLike<unknown> {
  /** Rows as arrays of the bytes that the server sent: no parser or transformer comes between. */
  raw(): PromiseLike<Iterable<Iterable<Bytes | null>>>;
}

/** A `Buffer`. */
interface Bytes {
  toString(encoding: 'utf8'): string;
}

/** `prepare`: each connection parses a statement once; without it every call takes two round trips. */
export function postgresJsClient(sql: PostgresJsClient, prepare: boolean): SqlClient {
  return {
    async query({ text }, values) {
      const rows = await sql.unsafe(text, values, { prepare }).raw();
      return Array.from(rows, rowText);
    },
    async run(text) {
      await sql.unsafe(text);
    },
  };
}

function rowText(row: Iterable<Bytes | null>): SqlRow {
  return Array.from(row, (bytes) => (bytes === null ? null : bytes.toString('utf8')));
}
