import { RuntwiceError } from '../core/errors.ts';
import { handleClient } from './handle.ts';
import { handleOf, requireTransaction } from './handles.ts';
import { type PgClient, pgClient } from './pg.ts';
import { type PostgresJsClient, postgresJsClient } from './postgres-js.ts';
import type { SqlClient } from './sql.ts';

/** A client for PostgreSQL: a `Pool` or `Client` of pg, or the `sql` of postgres.js. */
export type PostgresClient = PgClient | PostgresJsClient;

/**
 * The one interface for both.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where it is neither.
 */
export function postgresClient(client: PostgresClient, prepare: boolean): SqlClient {
  if (has(client, 'unsafe')) return postgresJsClient(client as PostgresJsClient, prepare);
  if (has(client, 'query')) return pgClient(client as PgClient, prepare);
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'the client is neither one of pg nor one of postgres.js',
    { fix: "Give a Pool or Client of pg, or what postgres.js's postgres() returned." },
  );
}

/** How a transaction is asked. */
export interface PostgresTransaction {
  readonly sql: SqlClient;
  /** Of a library: its statements take texts, and reply with one. */
  readonly isHandle: boolean;
}

/**
 * A transaction of the same clients, or of a query builder or ORM.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where it is neither, or no transaction.
 */
export function transactionClient(tx: object, prepare: boolean): PostgresTransaction {
  const handle = handleOf(tx);
  if (handle === undefined) {
    return { sql: postgresClient(tx as PostgresClient, prepare), isHandle: false };
  }
  requireTransaction(handle, true);
  return { sql: handleClient(handle), isHandle: true };
}

function has(client: unknown, method: string): boolean {
  return typeof (client as Record<string, unknown> | null | undefined)?.[method] === 'function';
}
