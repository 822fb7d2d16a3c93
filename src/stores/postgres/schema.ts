import { RuntwiceError } from '../../core/errors.ts';

export const DEFAULT_TABLE = 'runtwice_ledger';

/**
 * The columns with their types. What an end leaves as it is comes first: the log of a change leaves
 * out what is the same from the beginning on.
 */
export const COLUMNS: Readonly<Record<string, string>> = {
  first_at: 'bigint NOT NULL',
  started_at: 'bigint NOT NULL',
  keep_ms: 'bigint',
  remember_ms: 'bigint',
  purge_after: 'bigint',
  attempt: 'integer NOT NULL',
  id: 'bytea PRIMARY KEY',
  fingerprint: 'text NOT NULL',
  owner: 'text NOT NULL',
  lease_until: 'bigint NOT NULL',
  finished_at: 'bigint NOT NULL',
  state: 'smallint NOT NULL',
  progress: 'text NOT NULL',
  codec: 'text',
  result: 'text',
};

/** A table's name, with its schema's where it has one, as SQL. */
export function quotedTable(table: string): string {
  const { schema, name } = splitTable(table);
  return schema === undefined ? `"${name}"` : `"${schema}"."${name}"`;
}

/** 63 bytes is the longest name that PostgreSQL keeps, and the index's is longer than the table's. */
const NAME = /^(?:([A-Za-z_]\w{0,62})\.)?([A-Za-z_]\w{0,56})$/;

function splitTable(table: string): { schema: string | undefined; name: string } {
  const [, schema, name] = NAME.exec(table) ?? [];
  if (name !== undefined) return { schema, name };
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `${JSON.stringify(table)} is no name for the ledger's table`,
    { fix: "Give a name of letters, digits and '_', such as 'runtwice_ledger' or 'app.ledger'." },
  );
}

/**
 * The SQL that makes the ledger's table, for those who let no application do so.
 *
 * Run twice: the second run changes nothing.
 */
export function postgresSchema(table: string = DEFAULT_TABLE): string {
  const full = quotedTable(table);
  const index = `"${splitTable(table).name}_purge"`;
  const columns = Object.entries(COLUMNS).map(([name, type]) => `  ${name} ${type}`);
  // A page that is not filled has room for the changed row beside the old one, so that no index has
  // to change; and the purge's index holds nothing that a claim or an end changes.
  return `CREATE TABLE IF NOT EXISTS ${full} (
${columns.join(',\n')}
) WITH (fillfactor = 85);
CREATE INDEX IF NOT EXISTS ${index} ON ${full} (purge_after) WHERE purge_after IS NOT NULL;
`;
}
