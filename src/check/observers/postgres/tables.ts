/** A table: its names, and a hash of its form (columns, indexes, constraints). */
export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly form: string;
}

/** All tables and materialized views that are not the server's own. */
export const TABLES = `SELECT n.nspname AS schema, c.relname AS name, md5(concat(
  (SELECT string_agg(concat(a.attname, ' ', format_type(a.atttypid, a.atttypmod), a.attnotnull), ',' ORDER BY a.attnum)
    FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT string_agg(pg_get_indexdef(i.indexrelid), ',' ORDER BY pg_get_indexdef(i.indexrelid))
    FROM pg_index AS i WHERE i.indrelid = c.oid),
  (SELECT string_agg(pg_get_constraintdef(k.oid), ',' ORDER BY pg_get_constraintdef(k.oid))
    FROM pg_constraint AS k WHERE k.conrelid = c.oid))) AS form
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
ORDER BY 1, 2`;

/** How many rows, and the sum of their hashes: their order does not count. */
export function tableSql({ schema, name }: Table): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return `SELECT count(*)::text AS number,
  coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS sum
FROM ${quoted(schema)}.${quoted(name)} AS t`;
}
