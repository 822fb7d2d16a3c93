import type { SqlValue } from '../../clients/sql.ts';
import { overtaken } from '../../once/store/problems.ts';
import { isClaimed } from '../../once/store/rules.ts';
import { replyOf } from '../../once/store/stored-row.ts';
import { toStored } from '../../once/store/text.ts';
import type { ClaimReply, ClaimRequest, ReadReply } from '../../once/store/types.ts';
import { type Ask, MAX_TRIES } from './ask.ts';
import type { Statements } from './statements.ts';
import { endable, idArray, idBytes, idOf, numberArray, textArray, whole } from './values.ts';

export async function claimOne(
  ask: Ask,
  { claimOne, takeOver }: Statements,
  request: ClaimRequest,
): Promise<ClaimReply> {
  const { takeover } = request;
  const values = valuesOf(request);
  if (takeover !== undefined) values.push(toStored(takeover.owner), takeover.evenIfLeased);
  const statement = takeover === undefined ? claimOne : takeOver;
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const [row] = await ask(statement, values);
    if (row !== undefined) return claimReply(request, replyOf(row));
  }
  throw overtaken(request.id);
}

/** Claims in the order of their ids, each of another; none with a takeover. */
export async function claimMany(
  ask: Ask,
  { claimMany }: Statements,
  requests: readonly ClaimRequest[],
): Promise<ClaimReply[]> {
  const replies = new Map<string, ReadReply>();
  const isLeft = ({ id }: ClaimRequest) => !replies.has(id);
  for (let tries = 1; requests.some(isLeft); tries++) {
    if (tries > MAX_TRIES) throw overtaken(requests.find(isLeft)?.id);
    const rows = await ask(claimMany, arraysOf(requests.filter(isLeft)));
    for (const row of rows) replies.set(idOf(row[6]), replyOf(row));
  }
  return requests.map((request) => claimReply(request, replies.get(request.id) as ReadReply));
}

function claimReply({ owner }: ClaimRequest, { record, now }: ReadReply): ClaimReply {
  return { claimed: isClaimed(record, owner), record, now };
}

function valuesOf(request: ClaimRequest): SqlValue[] {
  const { id, fingerprint, owner, leaseMs, keepMs, rememberMs } = request;
  return [
    idBytes(id),
    toStored(fingerprint),
    toStored(owner),
    whole(leaseMs),
    endable(keepMs),
    endable(rememberMs),
  ];
}

function arraysOf(requests: readonly ClaimRequest[]): SqlValue[] {
  return [
    idArray(requests.map(({ id }) => id)),
    textArray(requests.map(({ fingerprint }) => toStored(fingerprint))),
    textArray(requests.map(({ owner }) => toStored(owner))),
    numberArray(requests.map(({ leaseMs }) => whole(leaseMs))),
    numberArray(requests.map(({ keepMs }) => endable(keepMs))),
    numberArray(requests.map(({ rememberMs }) => endable(rememberMs))),
    requests.length,
  ];
}
