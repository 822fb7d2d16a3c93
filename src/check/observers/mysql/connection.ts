/** The part of `mysql2/promise` that is used. */
export interface MysqlModule {
  createConnection(options: MysqlOptions): Promise<MysqlConnection>;
}

export interface MysqlOptions {
  uri: string;
  user?: string;
  password?: string;
  database?: string;
  connectTimeout?: number;
}

export interface MysqlConnection {
  query(query: { sql: string; values?: string[]; rowsAsArray: true }): Promise<[unknown, unknown]>;
  end(): Promise<void>;
  destroy(): void;
}

/** Connects to the server of a URL, as its user or as another one. */
export function connected(
  { createConnection }: MysqlModule,
  url: URL,
  as: Omit<MysqlOptions, 'uri'> = {},
): Promise<MysqlConnection> {
  const uri = url.href.replace(/^mariadb:/u, 'mysql:');
  return createConnection({ uri, connectTimeout: 5000, ...as });
}

/** A row, as texts. */
export type Texts = readonly string[];

export async function ask(
  connection: MysqlConnection,
  sql: string,
  values: string[] = [],
): Promise<Texts[]> {
  const [rows] = await connection.query({ sql, values, rowsAsArray: true });
  if (!Array.isArray(rows)) return [];
  return (rows as unknown[][]).map((row) => row.map((value) => String(value ?? '')));
}

export function quoted(...names: string[]): string {
  return names.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}
