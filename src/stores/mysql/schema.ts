import { RuntwiceError } from '../../core/errors.ts';

export const DEFAULT_TABLE = 'runtwice_ledger';

/** The columns with their types. Texts are bytes: no collation and no character set comes between. */
export const COLUMNS: Readonly<Record<string, string>> = {
  id: 'varbinary(512) NOT NULL PRIMARY KEY',
  fingerprint: 'varbinary(1024) NOT NULL',
  owner: 'varbinary(1024) NOT NULL',
  state: 'tinyint NOT NULL',
  attempt: 'bigint NOT NULL',
  lease_until: 'bigint NOT NULL',
  first_at: 'bigint NOT NULL',
  started_at: 'bigint NOT NULL',
  finished_at: 'bigint NOT NULL',
  keep_ms: 'bigint',
  remember_ms: 'bigint',
  purge_after: 'bigint',
  progress: 'longblob NOT NULL',
  codec: 'varbinary(64)',
  result: 'longblob',
};

/** 64 characters is the longest name that the server keeps. */
const NAME = /^(?:([A-Za-z_]\w{0,63})\.)?([A-Za-z_]\w{0,63})$/;

/** A table's name, and its database where it is another than the connection's. */
export function splitTable(table: string): { database: string | undefined; name: string } {
  const [, database, name] = NAME.exec(table) ?? [];
  if (name !== undefined) return { database, name };
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `${JSON.stringify(table)} is no name for the ledger's table`,
    { fix: "Give a name of letters, digits and '_', such as 'runtwice_ledger' or 'app.ledger'." },
  );
}

/** The same as SQL. */
export function quotedTable(table: string): string {
  const { database, name } = splitTable(table);
  return database === undefined ? `\`${name}\`` : `\`${database}\`.\`${name}\``;
}

/**
 * The SQL that makes the ledger's table, for those who let no application do so.
 *
 * Run twice: the second run changes nothing.
 */
export function mysqlSchema(table: string = DEFAULT_TABLE): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `  ${name} ${type}`);
  return `CREATE TABLE IF NOT EXISTS ${quotedTable(table)} (
${columns.join(',\n')},
  KEY by_purge_after (purge_after)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4;
`;
}
