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
export function quotedTable(table: string, suffix = ''): string {
  const { schema, name } = splitTable(table);
  return `${schema === undefined ? '' : `"${schema}".`}"${name}${suffix}"`;
}

/** 63 bytes is the longest name that PostgreSQL keeps, and those of the index and of parts are longer than the table's. */
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

/** More are more files than a server likes to have open. */
const MAX_PARTITIONS = 1024;

/**
 * The SQL that makes the ledger's table, for those who let no application do so.
 *
 * Run twice: the second run changes nothing.
 * @param partitions Into how many parts the table is divided by a hash of the key; default 1: not at all.
 */
export function postgresSchema(table: string = DEFAULT_TABLE, partitions = 1): string {
  requirePartitions(partitions);
  const full = quotedTable(table);
  const index = `"${splitTable(table).name}_purge"`;
  const columns = Object.entries(COLUMNS).map(([name, type]) => `  ${name} ${type}`);
  const parts = Array.from({ length: partitions }, (_, part) => partSql(table, part, partitions));
  return `CREATE TABLE IF NOT EXISTS ${full} (
${columns.join(',\n')}
) ${partitions === 1 ? STORAGE : 'PARTITION BY HASH (id)'};
${partitions === 1 ? '' : parts.join('')}\
CREATE INDEX IF NOT EXISTS ${index} ON ${full} (purge_after) WHERE purge_after IS NOT NULL;
`;
}

/**
 * A page that is not filled has room for the changed row beside the old one, so that no index has to
 * change; and the purge's index holds nothing that a claim or an end changes.
 */
const STORAGE = 'WITH (fillfactor = 85)';

function partSql(table: string, part: number, partitions: number): string {
  return `CREATE TABLE IF NOT EXISTS ${quotedTable(table, `_${part}`)} PARTITION OF ${quotedTable(table)}
  FOR VALUES WITH (MODULUS ${partitions}, REMAINDER ${part}) ${STORAGE};
`;
}

function requirePartitions(partitions: number): void {
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS) return;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `the ledger's table cannot have ${partitions} partitions`,
    { fix: `Give a whole number from 1 to ${MAX_PARTITIONS}; 16 are enough for a billion keys.` },
  );
}
