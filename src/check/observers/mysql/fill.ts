// Makes one database like another one of the same server.
import { ask, type MysqlConnection, quoted } from './connection.ts';
import type { Definition, Definitions, TableDefinition } from './definitions.ts';

/** Kept elsewhere: what is written to such a table goes to another server. */
const REMOTE = /^(?:federated|connect|spider|s3|ndbcluster)$/iu;

export interface Target {
  /** May read the one, and write to the other. */
  readonly admin: MysqlConnection;
  /** Is in the new database, and may do nothing elsewhere. */
  readonly owner: MysqlConnection;
  readonly from: string;
  readonly to: string;
  /** The owner as an account: `'NAME'@'%'`. */
  readonly account: string;
}

/** Nothing is checked that was not checked where the rows come from. */
export const SESSION: readonly string[] = [
  "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', foreign_key_checks = 0, unique_checks = 0",
  "SET SESSION time_zone = '+00:00', sql_quote_show_create = 1",
  // What is copied is not locked meanwhile.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

export async function fill(target: Target, definitions: Definitions): Promise<void> {
  const { tables, sequences, routines, views, triggers } = definitions;
  for (const sql of SESSION) await Promise.all([ask(target.admin, sql), ask(target.owner, sql)]);
  for (const one of sequences) await sequence(target, one);
  for (const table of tables) await create(target, table);
  await ask(target.admin, 'START TRANSACTION');
  for (const table of tables) await copyRows(target, table);
  await ask(target.admin, 'COMMIT');
  await ask(target.admin, `USE ${quoted(target.to)}`);
  for (const routine of routines) await createOwned(target, routine);
  await createViews(target, views);
  for (const trigger of triggers) await createOwned(target, trigger);
}

/** By the owner: a table that leads to another database, by a foreign key or otherwise, is refused. */
async function create({ owner }: Target, { name, sql, engine }: TableDefinition): Promise<void> {
  if (REMOTE.test(engine)) throw new Error(`the table ${name} is kept elsewhere (${engine})`);
  await ask(owner, sql);
}

async function copyRows(
  { admin, from, to }: Target,
  { name, columns }: TableDefinition,
): Promise<void> {
  const names = columns
    .filter(({ isGenerated }) => !isGenerated)
    .map((column) => quoted(column.name))
    .join();
  const [into, source] = [quoted(to, name), quoted(from, name)];
  await ask(admin, `INSERT INTO ${into} (${names}) SELECT ${names} FROM ${source}`);
}

async function sequence({ admin, owner, from }: Target, { name, sql }: Definition): Promise<void> {
  await ask(owner, sql);
  const [row] = await ask(admin, `SELECT next_not_cached_value FROM ${quoted(from, name)}`);
  await ask(owner, `DO SETVAL(${quoted(name)}, ${Number(row?.[0])}, 0)`);
}

/** One may be made of another: those that cannot be made yet are tried again after the others. */
async function createViews(target: Target, views: readonly Definition[]): Promise<void> {
  for (let waiting = views; waiting.length > 0; ) {
    const failed: Definition[] = [];
    let failure: unknown;
    for (const view of waiting) {
      try {
        await createOwned(target, view);
      } catch (error) {
        failure = error;
        failed.push(view);
      }
    }
    if (failed.length === waiting.length) throw failure;
    waiting = failed;
  }
}

/** Acts with the rights of the owner, whoever made it: what it names elsewhere it does not get. */
async function createOwned({ admin, account }: Target, one: Definition): Promise<void> {
  const definer = /\bDEFINER\s*=\s*(?:`(?:[^`]|``)*`@`(?:[^`]|``)*`|\S+)/u;
  if (one.mode !== undefined) await ask(admin, 'SET SESSION sql_mode = ?', [one.mode]);
  await ask(
    admin,
    one.sql.replace(definer, () => `DEFINER=${account}`),
  );
}
