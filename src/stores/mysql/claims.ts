import type { MysqlValue } from '../../clients/mysql.ts';
import { overtaken } from '../../once/store/problems.ts';
import { firstReply } from '../../once/store/replies.ts';
import { isClaimed, mayClaim } from '../../once/store/rules.ts';
import { replyOf, STATES } from '../../once/store/stored-row.ts';
import type { ClaimReply, ClaimRequest, ReadReply, StoredRecord } from '../../once/store/types.ts';
import { MAX_TRIES, type Place } from './ask.ts';
import { isDuplicate } from './errors.ts';
import { bytes, endable, idBytes, whole } from './values.ts';

/**
 * Inserts the key, or reads what is there. Whether it was inserted is told by the owner that is read
 * back: what the server counts depends on flags of the connection.
 */
export async function claimOne(place: Place, request: ClaimRequest): Promise<ClaimReply> {
  return untilClaimed(place, request, await insertOrRead(place, request));
}

/** Claims in the order of their ids, each of another; none with a takeover. */
export async function claimMany(
  place: Place,
  requests: readonly ClaimRequest[],
): Promise<ClaimReply[]> {
  const { sql, statements, isMaria } = place;
  const ids = requests.map(({ id }) => idBytes(id));
  const inserted = await sql.query(
    statements.insertMany(requests.length),
    requests.flatMap(insertValues),
  );
  const { rows } = isMaria ? inserted : await sql.query(statements.readMany(ids.length), ids);
  const replies = new Map(rows.map((row) => [row[6], replyOf(row)]));
  return Promise.all(
    requests.map((request) => untilClaimed(place, request, replies.get(request.id))),
  );
}

async function untilClaimed(
  place: Place,
  request: ClaimRequest,
  first: ReadReply | undefined,
): Promise<ClaimReply> {
  let reply = first;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    if (reply !== undefined) {
      const claimed = isClaimed(reply.record, request.owner);
      if (claimed || !mayClaim(reply.record, request, reply.now)) return { claimed, ...reply };
      await reclaim(place, request, reply.record);
    }
    reply = await insertOrRead(place, request);
  }
  throw overtaken(request.id);
}

/** Undefined where it was there, and is no more. */
async function insertOrRead(place: Place, request: ClaimRequest): Promise<ReadReply | undefined> {
  const { sql, statements, isMaria } = place;
  const values = insertValues(request);
  if (isMaria) {
    const [row] = (await sql.execute(statements.insert, values)).rows;
    return row && replyOf(row);
  }
  try {
    const { insertId } = await sql.execute(statements.insert, values);
    return firstReply(request, insertId);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    return readOne(place, request.id);
  }
}

export async function readOne(
  { sql, statements }: Place,
  id: string,
): Promise<ReadReply | undefined> {
  const [row] = (await sql.execute(statements.read, [idBytes(id)])).rows;
  return row && replyOf(row);
}

function insertValues(request: ClaimRequest): MysqlValue[] {
  const { id, fingerprint, owner, leaseMs } = request;
  return [idBytes(id), bytes(fingerprint), bytes(owner), whole(leaseMs), ...timesOf(request)];
}

/** How long it is kept, how long it is remembered, and when the purge looks first. */
export function timesOf({ keepMs, rememberMs }: ClaimRequest): MysqlValue[] {
  return [endable(keepMs), endable(rememberMs), endable(keepMs)];
}

/** Claims what was seen, unless it has changed. */
export async function reclaim(
  { sql, statements }: Place,
  request: ClaimRequest,
  seen: StoredRecord,
): Promise<void> {
  await sql.execute(statements.reclaim, [
    bytes(request.fingerprint),
    bytes(request.owner),
    whole(request.leaseMs),
    ...timesOf(request),
    idBytes(request.id),
    bytes(seen.owner),
    STATES.indexOf(seen.state),
    seen.attempt,
    seen.leaseUntil,
  ]);
}
