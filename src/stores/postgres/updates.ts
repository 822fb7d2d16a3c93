import type { SqlValue } from '../../clients/sql.ts';
import { overtaken } from '../../once/store/problems.ts';
import { STATES } from '../../once/store/stored-row.ts';
import { toStored } from '../../once/store/text.ts';
import type { RenewRequest, UpdateRequest } from '../../once/store/types.ts';
import { type Ask, MAX_TRIES } from './ask.ts';
import { isOfOne } from './errors.ts';
import type { Statements } from './statements.ts';
import { idArray, idBytes, idOf, numberArray, optionalText, textArray, whole } from './values.ts';

/** When an update was made; undefined where the owner is another. */
type At = number | undefined;

export async function updateOne(
  ask: Ask,
  { updateOne }: Statements,
  request: UpdateRequest,
): Promise<At> {
  const { id, owner, state, progress, result } = request;
  const values: SqlValue[] = [
    idBytes(id),
    toStored(owner),
    STATES.indexOf(state),
    optionalText(progress),
    optionalText(result?.codec),
    optionalText(result?.text),
  ];
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const [row] = await ask(updateOne, values);
    if (row === undefined) return undefined;
    if (row[0] !== null) return Number(row[0]);
  }
  throw overtaken(id);
}

/** Updates in the order of their ids, each of another. */
export async function updateMany(
  ask: Ask,
  { updateMany }: Statements,
  requests: readonly UpdateRequest[],
): Promise<At[]> {
  const made = new Map<string, number>();
  let left = requests;
  for (let tries = 1; left.length > 0; tries++) {
    if (tries > MAX_TRIES) throw overtaken(left[0]?.id);
    const again = new Set<string>();
    for (const [at, id] of await ask(updateMany, arraysOf(left))) {
      if (at === null) again.add(idOf(id));
      else made.set(idOf(id), Number(at));
    }
    left = left.filter(({ id }) => again.has(id));
  }
  return requests.map(({ id }) => made.get(id));
}

function arraysOf(requests: readonly UpdateRequest[]): SqlValue[] {
  return [
    idArray(requests.map(({ id }) => id)),
    textArray(requests.map(({ owner }) => toStored(owner))),
    numberArray(requests.map(({ state }) => STATES.indexOf(state))),
    textArray(requests.map(({ progress }) => optionalText(progress))),
    textArray(requests.map(({ result }) => optionalText(result?.codec))),
    textArray(requests.map(({ result }) => optionalText(result?.text))),
    requests.length,
  ];
}

/** Those leases, by {@link leaseName}, that were renewed. */
export async function renewMany(
  ask: Ask,
  statements: Statements,
  requests: readonly RenewRequest[],
): Promise<ReadonlySet<string>> {
  const sorted = requests.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const values = [
    idArray(sorted.map(({ id }) => id)),
    textArray(sorted.map(({ owner }) => toStored(owner))),
    numberArray(sorted.map(({ leaseMs }) => whole(leaseMs))),
    sorted.length,
  ];
  try {
    const rows = await ask(statements.renew, values);
    return new Set(rows.map(([id, owner]) => `${id} ${owner}`));
  } catch (error) {
    if (requests.length === 1 || !isOfOne(error)) throw error;
    return renewHalves(ask, statements, sorted);
  }
}

/**
 * Somebody holds one of the rows: the others are renewed. That one is given up for lost, unless
 * none could be renewed: then it is not for the one to suffer.
 */
async function renewHalves(
  ask: Ask,
  statements: Statements,
  requests: readonly RenewRequest[],
): Promise<ReadonlySet<string>> {
  const middle = Math.ceil(requests.length / 2);
  const halves = [requests.slice(0, middle), requests.slice(middle)];
  const ends = await Promise.allSettled(halves.map((half) => renewMany(ask, statements, half)));
  const renewed = new Set<string>();
  let failures = 0;
  for (const end of ends) {
    if (end.status === 'fulfilled') for (const name of end.value) renewed.add(name);
    else if (++failures === halves.length || !isOfOne(end.reason)) throw end.reason;
  }
  return renewed;
}

/** As the server writes both. */
export function leaseName({ id, owner }: RenewRequest): string {
  return `\\x${Buffer.from(id, 'utf8').toString('hex')} ${toStored(owner)}`;
}
