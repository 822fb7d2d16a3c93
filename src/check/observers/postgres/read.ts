import { pathFrom } from '../database/database.ts';
import { definition, largeTable, MOST_ROWS, type Row, smallTable } from '../database/table.ts';
import type { Entry } from '../files/manifest.ts';
import type { PgConnection } from './database.ts';

/** A table: its names, a hash of its form (columns, indexes, constraints, triggers), and its key. */
interface Table {
  readonly schema: string;
  readonly name: string;
  readonly form: string;
  /** The columns of the primary key, quoted. */
  readonly key: string | null;
}

const OWN = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;

/** All tables and materialized views that are not the server's own. */
const TABLES = `SELECT n.nspname AS schema, c.relname AS name, md5(concat(
  (SELECT string_agg(concat(a.attname, ' ', format_type(a.atttypid, a.atttypmod), a.attnotnull), ',' ORDER BY a.attnum)
    FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT string_agg(pg_get_indexdef(i.indexrelid), ',' ORDER BY pg_get_indexdef(i.indexrelid))
    FROM pg_index AS i WHERE i.indrelid = c.oid),
  (SELECT string_agg(pg_get_constraintdef(k.oid), ',' ORDER BY pg_get_constraintdef(k.oid))
    FROM pg_constraint AS k WHERE k.conrelid = c.oid),
  (SELECT string_agg(pg_get_triggerdef(t.oid), ',' ORDER BY t.tgname)
    FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal))) AS form,
  (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY a.attnum) FROM pg_index AS i
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
    WHERE i.indrelid = c.oid AND i.indisprimary) AS key
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND ${OWN} ORDER BY 1, 2`;

/** Views and routines, but for those that came with an extension. */
const DEFINITIONS = `SELECT n.nspname AS schema, 'view ' || c.relname AS name, md5(pg_get_viewdef(c.oid)) AS form
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND ${OWN}
UNION ALL SELECT n.nspname, 'routine ' || p.oid::regprocedure, md5(pg_get_functiondef(p.oid))
  FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE p.prokind IN ('f', 'p') AND ${OWN}
  AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')`;

/** Each table, its form and its rows; each view and routine. */
export async function readDatabase(
  connection: PgConnection,
  database: string,
): Promise<[string, Entry][]> {
  const entries: [string, Entry][] = [];
  for (const table of (await connection.query(TABLES)).rows as unknown as Table[]) {
    const path = pathFrom(`${database}:${table.schema}.${table.name}`);
    entries.push([path, await readTable(connection, table)]);
  }
  for (const { schema, name, form } of (await connection.query(DEFINITIONS)).rows) {
    entries.push([pathFrom(`${database}:${schema} ${name}`), definition(String(form))]);
  }
  return entries;
}

async function readTable(
  connection: PgConnection,
  { schema, name, form, key }: Table,
): Promise<Entry> {
  const from = `${quoted(schema)}.${quoted(name)} AS t`;
  const hash = 'hashtextextended(t::text, 0)';
  const identity = key === null ? hash : `md5(ROW(${key})::text)`;
  const { rows } = await connection.query(
    `SELECT ${identity}::text AS identity, ${hash}::text AS hash FROM ${from} LIMIT ${MOST_ROWS + 1}`,
  );
  if (rows.length <= MOST_ROWS) {
    const known = rows.map((row): Row => [String(row['identity']), String(row['hash'])]);
    return smallTable(form, known);
  }
  const all = `SELECT count(*)::text AS number, sum(${hash}::numeric)::text AS sum FROM ${from}`;
  const sum = (await connection.query(all)).rows[0];
  return largeTable(form, Number(sum?.['number']), String(sum?.['sum']));
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
