// What the command line asks. Redis keeps no order of keys, so all of them are gone through.
import type { RedisClient } from '../../clients/redis-client.ts';
import type { ListedRecord, ListQuery, ReadReply, RecordState } from '../../once/store/types.ts';
import type { Head } from './record.ts';
import { patternOf, readHeads, scanAll, serverTime } from './scan.ts';

/** How records are found. */
export interface Shelf {
  readonly client: RedisClient;
  /** What all keys begin with. */
  readonly prefix: string;
  read(id: string): Promise<ReadReply | undefined>;
}

export async function listRecords(
  shelf: Shelf,
  query: ListQuery,
): Promise<{ records: ListedRecord[]; now: number }> {
  const records: ListedRecord[] = [];
  const now = await serverTime((await shelf.client.primaries())[0]);
  const wanted = wantedBy(query, now);
  for (let after = query.after; records.length < query.limit; ) {
    const limit = query.limit - records.length;
    const ids = await firstIds(shelf, { ...query, after, limit }, wanted);
    const replies = await Promise.all(ids.map((id) => shelf.read(id)));
    for (const [index, id] of ids.entries()) {
      const record = replies[index]?.record;
      if (record !== undefined && (wanted?.(record) ?? true)) records.push({ id, record });
    }
    // Some may be gone since they were found; what comes after them is looked for then.
    if (ids.length < limit) break;
    after = ids.at(-1);
  }
  return { records, now };
}

/** Whether a record is asked for; undefined where all are. */
type Wanted = (record: Pick<Head, 'state' | 'startedAt'>) => boolean;

function wantedBy({ states, olderThanMs }: ListQuery, now: number): Wanted | undefined {
  if (states === undefined && olderThanMs === undefined) return undefined;
  return ({ state, startedAt }) =>
    (states?.includes(state) ?? true) &&
    (olderThanMs === undefined || startedAt <= now - olderThanMs);
}

/** The first ids in the order of their bytes: no more of them are kept meanwhile than are asked for. */
async function firstIds(
  { client, prefix }: Shelf,
  query: ListQuery,
  wanted: Wanted | undefined,
): Promise<string[]> {
  const { after, limit } = query;
  let first: string[] = [];
  const isNext = (id: string): boolean => {
    const last = first.length < limit ? undefined : first.at(-1);
    return (
      (after === undefined || compareIds(id, after) > 0) &&
      (last === undefined || compareIds(id, last) < 0)
    );
  };
  const pattern = patternOf(prefix + query.prefix);
  for await (const { node, keys } of scanAll(await client.primaries(), pattern)) {
    let next = keys.filter((key) => isNext(key.slice(prefix.length)));
    if (wanted !== undefined) {
      const found = await readHeads(node, next, 'refuse');
      next = found.filter(({ head }) => wanted(head)).map(({ key }) => key);
    }
    if (next.length === 0) continue;
    const ids = next.map((key) => key.slice(prefix.length));
    first = [...new Set([...first, ...ids])].sort(compareIds).slice(0, limit);
  }
  return first;
}

/** What is in a table that grows or shrinks meanwhile may be counted twice: to know, all names would have to be kept. */
export async function countStates(
  { client, prefix }: Shelf,
  idPrefix: string,
): Promise<Record<RecordState, number>> {
  const counts = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };
  for await (const { node, keys } of scanAll(
    await client.primaries(),
    patternOf(prefix + idPrefix),
  )) {
    for (const { head } of await readHeads(node, keys, 'refuse')) counts[head.state] += 1;
  }
  return counts;
}

/** As bytes in UTF-8: by code points. */
function compareIds(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
