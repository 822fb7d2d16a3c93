// What the command line and the purge ask.
import type { MysqlSql, MysqlValue } from '../../clients/mysql.ts';
import { replyOf, STATES, stateOf } from '../../once/store/stored-row.ts';
import type {
  ListedRecord,
  ListQuery,
  PurgeReply,
  PurgeRequest,
  RecordState,
} from '../../once/store/types.ts';
import type { AdminStatements } from './sql.ts';
import { idBytes, range, whole } from './values.ts';

export async function listRecords(
  sql: MysqlSql,
  statements: AdminStatements,
  query: ListQuery,
): Promise<{ records: ListedRecord[]; now: number }> {
  const { prefix, after, states, olderThanMs, limit } = query;
  const conditions: string[] = [];
  const values: MysqlValue[] = range(prefix);
  const add = (condition: string, value: MysqlValue) => {
    conditions.push(condition);
    values.push(value);
  };
  if (after !== undefined) add('id > ?', idBytes(after));
  if (olderThanMs !== undefined) add(statements.isOlder, whole(olderThanMs));
  if (states !== undefined) conditions.push(`state IN (${numbersOf(states)})`);
  const { rows } = await sql.query(statements.list(conditions), [...values, limit]);
  const replies = rows.map((row) => ({ id: String(row[6]), ...replyOf(row) }));
  const records = replies.map(({ id, record }) => ({ id, record }));
  return { records, now: replies[0]?.now ?? (await timeOf(sql, statements)) };
}

/** None is a list, too. */
function numbersOf(states: readonly RecordState[]): string {
  return states.length === 0 ? 'NULL' : states.map((state) => STATES.indexOf(state)).join();
}

async function timeOf(sql: MysqlSql, { now }: AdminStatements): Promise<number> {
  const [row] = (await sql.query(now, [])).rows;
  return Number(row?.[0]);
}

export async function countStates(
  sql: MysqlSql,
  { stats }: AdminStatements,
  prefix: string,
): Promise<Record<RecordState, number>> {
  const counts = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };
  for (const [state, count] of (await sql.query(stats, range(prefix))).rows) {
    counts[stateOf(state)] = Number(count);
  }
  return counts;
}

/**
 * A batch of what may be due. Each row is judged by its own end, in the statement that changes it: what
 * is over is dropped, then forgotten, and what was finished later than the claim foresaw is looked at
 * again when its time has come.
 */
export async function purgeBatch(
  sql: MysqlSql,
  statements: AdminStatements,
  { prefix, limit }: PurgeRequest,
): Promise<PurgeReply> {
  const { rows } = await sql.query(statements.due, [...range(prefix), limit + 1]);
  const ids = rows.slice(0, limit).map(([id]) => idBytes(String(id)));
  if (ids.length === 0) return { removed: 0, trimmed: 0, more: rows.length > limit };
  const change = async (text: string) => (await sql.query(text, ids)).affected;
  const removed = await change(statements.forget(ids.length));
  const trimmed = await change(statements.trim(ids.length));
  await change(statements.lookAgain(ids.length));
  return { removed, trimmed, more: rows.length > limit };
}
