import { type SqlClient, type SqlRow, statement } from '../../clients/sql.ts';
import { messageOf, unusable } from '../../once/store/problems.ts';
import type { StoreDurability } from '../../once/store/types.ts';
import { isForbidden } from './errors.ts';
import { COLUMNS, postgresSchema, quotedTable } from './schema.ts';

/** Of 12 is `AS MATERIALIZED`. */
const MIN_VERSION = 120_000;

const FACTS = statement(
  'facts',
  `SELECT pg_is_in_recovery(), current_setting('transaction_read_only'),
  current_setting('server_version_num'), current_setting('server_encoding'),
  current_setting('fsync'), current_setting('synchronous_standby_names'),
  (SELECT relpersistence FROM pg_class WHERE oid = to_regclass($1)),
  (SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ',') FROM pg_attribute
    WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped),
  EXISTS (SELECT FROM pg_index AS x JOIN pg_attribute AS a ON a.attrelid = x.indrelid
    WHERE x.indrelid = to_regclass($1) AND x.indisunique AND x.indisvalid AND x.indpred IS NULL
      AND x.indnkeyatts = 1 AND x.indkey[0] = a.attnum AND a.attname = 'id')`,
);

/** What is to be known before the first claim. */
interface Facts {
  readonly isStandby: boolean;
  readonly isReadOnly: boolean;
  readonly version: number;
  readonly encoding: string;
  readonly fsync: boolean;
  readonly standbys: string;
  readonly isLogged: boolean;
  /** Each with its type; undefined where there is no such table. */
  readonly columns: readonly string[] | undefined;
  readonly hasKey: boolean;
}

/** Readies the table, or checks it; says what survives there. */
export async function prepareServer(
  client: SqlClient,
  table: string,
  schema: 'create' | 'check',
  partitions: number,
): Promise<StoreDurability> {
  const full = quotedTable(table);
  let facts = await readFacts(client, full);
  requireServer(facts);
  if (facts.columns === undefined && schema === 'create') {
    await create(client, table, partitions);
    facts = await readFacts(client, full);
  }
  requireTable(facts, table);
  if (!facts.fsync || !facts.isLogged) return 'process';
  return facts.standbys === '' ? 'disk' : 'quorum';
}

async function readFacts(client: SqlClient, full: string): Promise<Facts> {
  try {
    const [row = []] = await client.query(FACTS, [full]);
    return factsOf(row);
  } catch (error) {
    throw unusable(
      `PostgreSQL cannot be asked: ${messageOf(error)}`,
      'Nothing was run. Check that the server runs, and its address, user and password.',
      error,
    );
  }
}

function factsOf(row: SqlRow): Facts {
  return {
    isStandby: row[0] === 't',
    isReadOnly: row[1] === 'on',
    version: Number(row[2]),
    encoding: String(row[3]),
    fsync: row[4] === 'on',
    standbys: String(row[5]),
    isLogged: row[6] !== 'u',
    columns: row[7]?.split(','),
    hasKey: row[8] === 't',
  };
}

function requireServer({ isStandby, isReadOnly, version, encoding }: Facts): void {
  if (isStandby) {
    throw unusable(
      'the PostgreSQL server is a standby, which can only be read',
      'Nothing was run. Give the address of the primary.',
    );
  }
  if (isReadOnly) {
    throw unusable(
      'the PostgreSQL transactions are read-only (default_transaction_read_only)',
      'Nothing was run. Give a user and a database that may be written to.',
    );
  }
  if (version < MIN_VERSION) {
    throw unusable(
      `PostgreSQL ${Math.floor(version / 10_000)} is too old for the ledger`,
      'Use PostgreSQL 12 or newer.',
    );
  }
  if (encoding !== 'UTF8') {
    throw unusable(
      `the PostgreSQL database is encoded in ${encoding}, which cannot hold every result`,
      'Use a database that is encoded in UTF8.',
    );
  }
}

/** Many may start at the same time: the first to have the lock makes the table. */
async function create(client: SqlClient, table: string, partitions: number): Promise<void> {
  const sql = postgresSchema(table, partitions);
  try {
    await client.run(`SELECT set_config('client_min_messages', 'warning', true),
  set_config('lock_timeout', '60s', true);
SELECT pg_advisory_xact_lock(hashtextextended('runtwice:${quotedTable(table)}', 0));
${sql}`);
  } catch (error) {
    const isDenied = isForbidden(error);
    throw unusable(
      `the ledger's table ${table} cannot be made: ${messageOf(error)}`,
      isDenied
        ? 'Have somebody who may run what postgresSchema() returns, and grant SELECT, INSERT, UPDATE and DELETE on the table.'
        : 'Nothing was run. Make it by running what postgresSchema() returns.',
      error,
    );
  }
}

function requireTable({ columns, hasKey }: Facts, table: string): void {
  if (columns === undefined) {
    throw unusable(
      `the PostgreSQL database has no table ${table}`,
      "Run what postgresSchema() returns, or leave out schema: 'check' to have it made.",
    );
  }
  const wanted = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type.split(' ')[0]}`);
  const missing = wanted.filter((column) => !columns.includes(column));
  if (missing.length === 0 && hasKey) return;
  const lacks = missing.length > 0 ? missing.join(', ') : 'a primary key on id';
  throw unusable(
    `the PostgreSQL table ${table} is no ledger: it lacks ${lacks}`,
    'Give the name of another table, and leave this one as it is.',
  );
}
