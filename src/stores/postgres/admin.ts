// What the command line and the purge ask.

import { replyOf, STATES, stateOf } from '../../once/store/stored-row.ts';
import type {
  ListedRecord,
  ListQuery,
  PurgeReply,
  PurgeRequest,
  RecordState,
} from '../../once/store/types.ts';
import type { Ask } from './ask.ts';
import type { Statements } from './statements.ts';
import { idOf, nextAfter, numberArray, range, whole } from './values.ts';

export async function listRecords(
  ask: Ask,
  { list }: Statements,
  query: ListQuery,
): Promise<{ records: ListedRecord[]; now: number }> {
  const { prefix, states, olderThanMs, limit } = query;
  const [first, end] = range(prefix);
  const next = nextAfter(query.after ?? '');
  const rows = await ask(list, [
    query.after !== undefined && Buffer.compare(next, first) > 0 ? next : first,
    end,
    states === undefined ? null : numberArray(states.map((state) => STATES.indexOf(state))),
    olderThanMs === undefined ? null : whole(olderThanMs),
    limit,
  ]);
  const replies = rows.map((row) => ({ id: row[6], ...replyOf(row) }));
  const records = replies
    .filter(({ id }) => id !== null)
    .map(({ id, record }) => ({ id: idOf(id), record }));
  return { records, now: replies[0]?.now ?? 0 };
}

export async function countStates(
  ask: Ask,
  { stats }: Statements,
  prefix: string,
): Promise<Record<RecordState, number>> {
  const counts = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };
  for (const [state, count] of await ask(stats, range(prefix))) {
    counts[stateOf(state)] = Number(count);
  }
  return counts;
}

export async function purgeBatch(
  ask: Ask,
  { purge }: Statements,
  { prefix, limit }: PurgeRequest,
): Promise<PurgeReply> {
  const [row = []] = await ask(purge, [...range(prefix), limit]);
  const [removed = 0, trimmed = 0, due = 0] = row.map(Number);
  return { removed, trimmed, more: due > limit };
}
