import { begunBy } from './begun.ts';
import { CommitUnknown } from './commit-unknown.ts';
import { handleOf, requireTransaction } from './handles.ts';
import { type MysqlClient, type MysqlPromiseClient, promisingClient } from './mysql.ts';
import { mysqlErrno } from './mysql-errno.ts';

/** A pool of mysql2, as far as it is used here. */
interface MysqlPool extends MysqlPromiseClient {
  getConnection(): Promise<MysqlConnection>;
}

/** A connection that a pool gave. */
interface MysqlConnection extends MysqlPromiseClient {
  /** The same with callbacks. */
  readonly connection: MysqlClient;
  release(): void;
  destroy(): void;
}

/**
 * Does the work on one connection, between START TRANSACTION and COMMIT; rolls back what throws.
 * The connection is given to it in the caller's way: with promises, with callbacks, or as a library's
 * own transaction.
 */
export async function mysqlTransaction<Answer>(
  db: object,
  work: (tx: object) => Promise<Answer>,
): Promise<Answer> {
  const handle = handleOf(db);
  if (handle !== undefined) {
    requireTransaction(handle, false);
    return begunBy((during) => handle.begin(during), work, isRefused);
  }
  const client = db as MysqlClient;
  const promising = promisingClient(client);
  if (!isPool(promising)) return between(promising, () => work(client));
  return onConnectionOf(promising, (connection) =>
    work(promising === client ? connection : connection.connection),
  );
}

async function onConnectionOf<Answer>(
  pool: MysqlPool,
  work: (connection: MysqlConnection) => Promise<Answer>,
): Promise<Answer> {
  const connection = await pool.getConnection();
  try {
    const answer = await between(connection, () => work(connection));
    connection.release();
    return answer;
  } catch (error) {
    // After an error nobody knows what the connection is in the middle of.
    connection.destroy();
    throw error;
  }
}

async function between<Answer>(
  connection: MysqlPromiseClient,
  work: () => Promise<Answer>,
): Promise<Answer> {
  await run(connection, 'START TRANSACTION');
  let answer: Answer;
  try {
    answer = await work();
  } catch (error) {
    await run(connection, 'ROLLBACK').catch(() => {});
    throw error;
  }
  try {
    await run(connection, 'COMMIT');
  } catch (error) {
    throw isRefused(error) ? error : new CommitUnknown(error);
  }
  return answer;
}

async function run(connection: MysqlPromiseClient, sql: string): Promise<void> {
  await connection.query({ sql, rowsAsArray: true, typeCast: true });
}

/** Shutdown, a killed statement, a killed connection: nobody knows how far the server came. */
const NO_ANSWERS = [1053, 1317, 1927];

/** The server itself said that it did not commit. */
function isRefused(error: unknown): boolean {
  const errno = mysqlErrno(error);
  return errno !== 0 && !NO_ANSWERS.includes(errno);
}

function isPool(client: MysqlPromiseClient): client is MysqlPool {
  return 'getConnection' in client;
}
