import { RuntwiceError } from '../core/errors.ts';

const NO_TABLES = async () => '-- This kind of ledger has no tables: nothing is to be made.\n';

/** By the kind of a ledger's URL. */
const SCHEMAS: Readonly<Record<string, () => Promise<string>>> = {
  memory: NO_TABLES,
  redis: NO_TABLES,
  rediss: NO_TABLES,
  sqlite: async () => (await import('../stores/sqlite/table.ts')).SCHEMA.trimStart(),
  postgres,
  postgresql: postgres,
  mysql,
  mariadb: mysql,
};

async function postgres(): Promise<string> {
  return (await import('../stores/postgres/index.ts')).postgresSchema();
}

async function mysql(): Promise<string> {
  return (await import('../stores/mysql/index.ts')).mysqlSchema();
}

/** The SQL that makes the tables of such a ledger; nothing is connected to. */
export function schemaOf(url: string): Promise<string> {
  const kind = /^[a-z]+(?=:)/u.exec(url)?.[0] ?? '';
  const schema = Object.hasOwn(SCHEMAS, kind) ? SCHEMAS[kind] : undefined;
  if (schema !== undefined) return schema();
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'the URL is of no known kind of ledger',
    {
      fix: `Begin it with one of ${Object.keys(SCHEMAS).join(', ')} and a colon.`,
    },
  );
}
