import { RuntwiceError } from '../core/errors.ts';
import { type Handle, markedIn } from './handle.ts';
import type { SqlRow } from './sql.ts';

/** A client for MySQL or MariaDB: a pool or a connection of mysql2, with promises or with callbacks. */
export type MysqlClient = MysqlPromiseClient | MysqlCallbackClient;

/** The part of `mysql2/promise` that is used. */
export interface MysqlPromiseClient {
  query(query: MysqlQuery): Promise<[unknown, unknown]>;
  execute(query: MysqlQuery): Promise<[unknown, unknown]>;
}

/** The part of `mysql2` that is used: the same client with promises. */
export interface MysqlCallbackClient {
  promise(): MysqlPromiseClient;
}

/** What mysql2 is asked. */
export interface MysqlQuery {
  sql: string;
  values?: (string | number | null | Buffer)[];
  rowsAsArray: true;
  typeCast: true;
}

export type MysqlValue = number | null | Buffer;

/** What the server said: rows, or what a change came to. */
export interface MysqlReply {
  readonly rows: readonly SqlRow[];
  /** How many rows were changed; 0 where there are rows. */
  readonly affected: number;
  /** What the statement gave to `LAST_INSERT_ID()`. */
  readonly insertId: number;
}

/** What the rest of the package asks of a client for MySQL. */
export interface MysqlSql {
  /** One round trip, once the connection has the statement prepared. */
  execute(text: string, values: MysqlValue[]): Promise<MysqlReply>;
  /** Values are written into the text: for statements that are seldom, or never the same. */
  query(text: string, values: MysqlValue[]): Promise<MysqlReply>;
}

/**
 * The one interface for all of them. Without `prepare` nothing is prepared.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where it is none of them.
 */
export function mysqlSql(client: MysqlClient, prepare: boolean): MysqlSql {
  const promising = promisingClient(client);
  const query: MysqlSql['query'] = async (sql, values) =>
    replyOf(await promising.query({ ...AS_SENT, sql, values }));
  const execute: MysqlSql['execute'] = async (sql, values) =>
    replyOf(await promising.execute({ ...AS_SENT, sql, values }));
  return { query, execute: prepare ? execute : query };
}

/**
 * Asks through a library. What is read is one text: the mark, and a row's values in hexadecimal; see
 * {@link valuesIn}. What a change came to is not told: libraries tell it in ways of their own.
 */
export function handleSql(handle: Handle): MysqlSql {
  const query: MysqlSql['query'] = async (text, values) => {
    const reply = markedIn(await handle.query(text, values));
    return { rows: reply === undefined ? [] : [valuesIn(reply)], affected: 0, insertId: 0 };
  };
  return { query, execute: query };
}

/** Numbers as they are; then `-`, or `x` and the bytes. */
function valuesIn(reply: string): SqlRow {
  const [numbers = '', ...values] = reply.split(',');
  const texts = values.map((value) =>
    value === '-' ? null : Buffer.from(value.slice(1), 'hex').toString('utf8'),
  );
  return [numbers, ...texts];
}

/** Whatever an application has set for its own queries. */
const AS_SENT = { rowsAsArray: true, typeCast: true } as const;

export function promisingClient(client: MysqlClient): MysqlPromiseClient {
  if (has(client, 'promise')) return (client as MysqlCallbackClient).promise();
  if (has(client, 'query') && has(client, 'execute')) return client as MysqlPromiseClient;
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', 'the client is none of mysql2', {
    fix: 'Give a pool or a connection of mysql2 or mysql2/promise.',
  });
}

function replyOf([reply]: [unknown, unknown]): MysqlReply {
  if (Array.isArray(reply)) return { rows: reply.map(textsOf), affected: 0, insertId: 0 };
  const { affectedRows, insertId } = reply as { affectedRows: number; insertId: number | string };
  return { rows: [], affected: affectedRows, insertId: Number(insertId) };
}

function textsOf(row: readonly unknown[]): SqlRow {
  return row.map(textOf);
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}

function has(client: unknown, method: string): boolean {
  return typeof (client as Record<string, unknown> | null | undefined)?.[method] === 'function';
}
