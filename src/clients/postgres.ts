import { RuntwiceError } from '../core/errors.ts';
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

function has(client: unknown, method: string): boolean {
  return typeof (client as Record<string, unknown> | null | undefined)?.[method] === 'function';
}
