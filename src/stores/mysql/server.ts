import type { MysqlReply, MysqlSql } from '../../clients/mysql.ts';
import { messageOf, unusable } from '../../once/store/problems.ts';
import type { StoreDurability } from '../../once/store/types.ts';
import { isForbidden } from './errors.ts';
import { COLUMNS, mysqlSchema, splitTable } from './schema.ts';

/** What is to be known of the server. */
export interface Server {
  readonly durability: StoreDurability;
  /** MariaDB: an insert says in its reply what is there, and a statement has settings of its own. */
  readonly isMaria: boolean;
}

const FACTS = `SELECT VERSION(), @@global.read_only, @@global.innodb_flush_log_at_trx_commit,
  @@global.log_bin, @@global.sync_binlog, DATABASE()`;

/** The oldest with RETURNING, and the oldest with locks that are not waited for. */
const MIN_VERSION = { MariaDB: 10.05, MySQL: 8 };

/** Readies the table, or checks it; says what there is to know. */
export async function prepareServer(
  sql: MysqlSql,
  table: string,
  schema: 'create' | 'check',
): Promise<Server> {
  const [facts = []] = (await ask(sql, FACTS)).rows;
  const [version = '', readOnly, flush, log, sync, database] = facts;
  const isMaria = /mariadb/i.test(String(version));
  requireVersion(String(version), isMaria ? 'MariaDB' : 'MySQL');
  // From MariaDB 12 on it says a word.
  if (readOnly !== '0' && readOnly !== 'OFF') {
    throw unusable(
      'the server is read-only: a replica, or set so',
      'Nothing was run. Give the address of the primary.',
    );
  }
  requireDatabase(table, database ?? null);
  if (schema === 'create' && (await tableOf(sql, table)) === undefined) await create(sql, table);
  requireTable(await tableOf(sql, table), table);
  // With a binary log that is not synced, what is committed may be undone when the server recovers.
  const isSynced = flush === '1' && (log === '0' || sync === '1');
  return { isMaria, durability: isSynced ? 'disk' : 'process' };
}

async function ask(sql: MysqlSql, text: string, ...values: Buffer[]): Promise<MysqlReply> {
  try {
    return await sql.query(text, values);
  } catch (error) {
    throw unusable(
      `the server cannot be asked: ${messageOf(error)}`,
      'Nothing was run. Check that the server runs, and its address, user and password.',
      error,
    );
  }
}

function requireVersion(version: string, kind: keyof typeof MIN_VERSION): void {
  const [, major = 0, minor = 0] = /(?:^|5\.5\.5-)(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) + Number(minor) / 100 >= MIN_VERSION[kind]) return;
  throw unusable(
    `${kind} ${version} is too old for the ledger`,
    'Use MariaDB 10.5, MySQL 8, or newer.',
  );
}

function requireDatabase(table: string, database: string | null): void {
  if (splitTable(table).database !== undefined || database !== null) return;
  throw unusable(
    'the connection has chosen no database',
    "Nothing was run. Connect to one, or name it: table: 'app.runtwice_ledger'.",
  );
}

/** What a table is like. */
interface Table {
  readonly engine: string;
  readonly columns: readonly string[];
  readonly hasKey: boolean;
}

async function tableOf(sql: MysqlSql, table: string): Promise<Table | undefined> {
  const { database, name } = splitTable(table);
  const place = database === undefined ? 'DATABASE()' : `'${database}'`;
  const of = `WHERE t.table_schema = ${place} AND t.table_name = '${name}'`;
  const { rows } = await ask(
    sql,
    `SELECT t.engine, c.column_name, SUBSTRING_INDEX(c.column_type, '(', 1), c.column_key,
      (SELECT COUNT(*) FROM information_schema.statistics AS t ${of} AND t.index_name = 'PRIMARY')
     FROM information_schema.tables AS t JOIN information_schema.columns AS c
       ON c.table_schema = t.table_schema AND c.table_name = t.table_name ${of}`,
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  return {
    engine: String(first[0]),
    columns: rows.map(([, column, type]) => `${column} ${type}`),
    hasKey: first[4] === '1' && rows.some((row) => row[1] === 'id' && row[3] === 'PRI'),
  };
}

/** Many may start at the same time: the server makes it once. */
async function create(sql: MysqlSql, table: string): Promise<void> {
  try {
    await sql.query(mysqlSchema(table), []);
  } catch (error) {
    throw unusable(
      `the ledger's table ${table} cannot be made: ${messageOf(error)}`,
      isForbidden(error)
        ? 'Have somebody who may run what mysqlSchema() returns, and grant SELECT, INSERT, UPDATE and DELETE on the table.'
        : 'Nothing was run. Make it by running what mysqlSchema() returns.',
      error,
    );
  }
}

function requireTable(found: Table | undefined, table: string): void {
  if (found === undefined) {
    throw unusable(
      `the database has no table ${table}`,
      "Run what mysqlSchema() returns, or leave out schema: 'check' to have it made.",
    );
  }
  const wanted = Object.entries(COLUMNS).map(([name, type]) => `${name} ${/^\w+/.exec(type)}`);
  const missing = wanted.filter((column) => !found.columns.includes(column));
  const isInnodb = found.engine === 'InnoDB';
  if (missing.length === 0 && found.hasKey && isInnodb) return;
  const lacks =
    missing.length > 0 ? missing.join(', ') : 'a primary key on id, or the engine InnoDB';
  throw unusable(
    `the table ${table} is no ledger: it lacks ${lacks}`,
    'Give the name of another table, and leave this one as it is.',
  );
}
