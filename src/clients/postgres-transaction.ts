import { begunBy } from './begun.ts';
import { CommitUnknown } from './commit-unknown.ts';
import { handleOf, requireTransaction } from './handles.ts';
import type { PgClient } from './pg.ts';
import type { PostgresClient } from './postgres.ts';
import type { PostgresJsClient } from './postgres-js.ts';
import { sqlState } from './sql-state.ts';

/** A `Pool` of pg, as far as it is used here. */
interface PgPool extends PgClient {
  connect(): Promise<PgClient & { release(destroy?: boolean): void }>;
}

/** The `sql` of postgres.js, which begins transactions. */
interface PostgresJsRoot extends PostgresJsClient {
  begin<Answer>(work: (tx: PostgresJsClient) => Promise<Answer>): Promise<Answer>;
}

/** Does the work on one connection, between BEGIN and COMMIT; rolls back what throws. */
export async function postgresTransaction<Answer>(
  db: object,
  work: (tx: object) => Promise<Answer>,
): Promise<Answer> {
  const handle = handleOf(db);
  if (handle !== undefined) {
    requireTransaction(handle, false);
    return begunBy((during) => handle.begin(during), work, isRefused);
  }
  const client = db as PostgresClient;
  if (isRoot(client)) return begunBy((during) => client.begin(during), work, isRefused);
  return isPool(client) ? onConnectionOf(client, work) : onConnection(client as PgClient, work);
}

async function onConnectionOf<Answer>(
  pool: PgPool,
  work: (tx: PgClient) => Promise<Answer>,
): Promise<Answer> {
  const client = await pool.connect();
  let isWhole = false;
  try {
    const answer = await onConnection(client, work);
    isWhole = true;
    return answer;
  } finally {
    // After an error nobody knows what the connection is in the middle of.
    client.release(!isWhole);
  }
}

async function onConnection<Answer>(
  client: PgClient,
  work: (tx: PgClient) => Promise<Answer>,
): Promise<Answer> {
  await run(client, 'BEGIN');
  let answer: Answer;
  try {
    answer = await work(client);
  } catch (error) {
    await run(client, 'ROLLBACK').catch(() => {});
    throw error;
  }
  try {
    await run(client, 'COMMIT');
  } catch (error) {
    throw isRefused(error) ? error : new CommitUnknown(error);
  }
  return answer;
}

async function run(client: PgClient, text: string): Promise<void> {
  await client.query({ text, rowMode: 'array', types: { getTypeParser: () => String } });
}

/** The server itself said that it did not commit: it was no shutdown, and no lost connection. */
function isRefused(error: unknown): boolean {
  const code = sqlState(error);
  return code !== '' && !/^(?:08|57P)/.test(code);
}

function isRoot(client: PostgresClient): client is PostgresJsRoot {
  return 'begin' in client && typeof client.begin === 'function';
}

function isPool(client: PostgresClient): client is PgPool {
  return 'totalCount' in client && 'connect' in client;
}
