/** The part of pg that is used: a pool or a client. */
export interface PgReader {
  query(text: string): Promise<{ rows: unknown[] }>;
}

/** The part of mysql2/promise that is used: a pool or a connection. */
export interface MysqlReader {
  query(sql: string): Promise<[unknown, unknown]>;
}

/**
 * The rows of a table in PostgreSQL, without order: `orders`, or `shop.orders`.
 *
 * Run twice: it only reads, so the second call gives the same.
 */
export async function pgRows(client: PgReader, table: string): Promise<ReadonlySet<unknown>> {
  const { rows } = await client.query(`SELECT * FROM ${quoted(table, '"')}`);
  return new Set(rows);
}

/**
 * The rows of a table in MariaDB or MySQL, without order: `orders`, or `shop.orders`.
 *
 * Run twice: it only reads, so the second call gives the same.
 */
export async function mysqlRows(client: MysqlReader, table: string): Promise<ReadonlySet<unknown>> {
  const [rows] = await client.query(`SELECT * FROM ${quoted(table, '`')}`);
  return new Set(rows as unknown[]);
}

function quoted(table: string, mark: string): string {
  return table
    .split('.')
    .map((part) => `${mark}${part.replaceAll(mark, mark + mark)}${mark}`)
    .join('.');
}
