import type { MysqlValue } from '../../clients/mysql.ts';
import { overtaken } from '../../once/store/problems.ts';
import { isEnded, isRepeated } from '../../once/store/rules.ts';
import { replyOf, STATES } from '../../once/store/stored-row.ts';
import type { ReadReply, RenewRequest, UpdateRequest } from '../../once/store/types.ts';
import { MAX_TRIES, type Place } from './ask.ts';
import { readOne } from './claims.ts';
import { isOfOne } from './errors.ts';
import { bytes, idBytes, optionalBytes, whole } from './values.ts';

/** When an update was made; undefined where the owner is another. */
type At = number | undefined;

export async function updateOne(place: Place, request: UpdateRequest): Promise<At> {
  const { sql, statements } = place;
  const { id, owner, state } = request;
  const changes = [...changesOf(request), Number(isEnded(state))];
  const values = [...changes, idBytes(id), bytes(owner)];
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    // A change says that it was the owner's; none may also be one that was made before.
    const { affected, insertId } = await sql.execute(statements.update, values);
    if (affected > 0) return insertId;
    const reply = await readOne(place, id);
    if (reply === undefined || reply.record.owner !== owner) return undefined;
    if (isMade(reply, request)) return atOf(reply);
    if (isEnded(reply.record.state)) return undefined;
  }
  throw overtaken(id);
}

/**
 * Ends in the order of their ids, each of another: `done` or `failed`, which nobody can claim
 * afterwards. The server does not say which of them were not the owner's: then each is asked for.
 */
export async function endMany(place: Place, requests: readonly UpdateRequest[]): Promise<At[]> {
  const { sql, statements } = place;
  const values = requests.flatMap((request) => [
    idBytes(request.id),
    bytes(request.owner),
    ...changesOf(request),
  ]);
  const { affected, insertId } = await sql.query(statements.updateMany(requests.length), values);
  if (affected === requests.length) return requests.map(() => insertId);
  return Promise.all(requests.map((request) => updateOne(place, request)));
}

/** Whether it is so already; of progress only what the owner itself last saved is known. */
function isMade({ record }: ReadReply, request: UpdateRequest): boolean {
  const { progress = record.progress } = request;
  return isRepeated(record, request) && (isEnded(record.state) || progress === record.progress);
}

function atOf({ record, now }: ReadReply): number {
  return record.finishedAt || now;
}

function changesOf({ state, progress, result }: UpdateRequest): MysqlValue[] {
  const number = STATES.indexOf(state);
  return [
    number,
    optionalBytes(progress),
    optionalBytes(result?.codec),
    optionalBytes(result?.text),
  ];
}

/** Which leases were renewed, in the order of the requests. */
export async function renewMany(
  place: Place,
  requests: readonly RenewRequest[],
): Promise<boolean[]> {
  if (requests.length === 0) return [];
  const { sql, statements } = place;
  const sorted = requests.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const values = sorted.flatMap(({ id, owner, leaseMs }) => [
    idBytes(id),
    bytes(owner),
    whole(leaseMs),
  ]);
  try {
    await sql.query(statements.renew(sorted.length), values);
  } catch (error) {
    if (requests.length === 1 || !isOfOne(error)) throw error;
    return renewHalves(place, requests);
  }
  const ids = requests.map(({ id }) => idBytes(id));
  const { rows } = await sql.query(statements.readMany(ids.length), ids);
  const records = new Map(rows.map((row) => [row[6], replyOf(row).record]));
  return requests.map(({ id, owner }) => {
    const record = records.get(id);
    return record !== undefined && record.owner === owner && !isEnded(record.state);
  });
}

/**
 * Somebody holds one of the rows: the others are renewed. That one is given up for lost, unless
 * none could be renewed: then it is not for the one to suffer.
 */
async function renewHalves(place: Place, requests: readonly RenewRequest[]): Promise<boolean[]> {
  const middle = Math.ceil(requests.length / 2);
  const halves = [requests.slice(0, middle), requests.slice(middle)];
  const ends = await Promise.allSettled(halves.map((half) => renewMany(place, half)));
  const failed = ends.filter((end) => end.status === 'rejected');
  const [failure] = failed;
  if (failure && (failed.length === ends.length || !isOfOne(failure.reason))) throw failure.reason;
  return ends.flatMap((end, half) =>
    end.status === 'fulfilled' ? end.value : (halves[half] ?? []).map(() => false),
  );
}
