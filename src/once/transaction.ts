import { RuntwiceError } from '../core/errors.ts';
import { type End, type KeyedCall, noEnd } from './call.ts';
import { encode, NOT_KEPT } from './codec.ts';
import type { Parts } from './parts.ts';
import { busy, outcomeUnknown } from './problems.ts';
import { recordedEnd } from './recorded.ts';
import type { ClaimReply, StoredResult, TransactionMode, TransactionStep } from './store/types.ts';

/**
 * Runs a function in a transaction of the ledger's own database, in which the key is claimed first and
 * its result recorded last: either all of it is committed, or nothing.
 */
export async function settleInTransaction<Tx, Value>(
  db: object,
  mode: TransactionMode,
  call: KeyedCall,
  run: (tx: Tx) => Value | Promise<Value>,
  parts: Parts,
): Promise<End> {
  const { store, surroundings } = parts;
  if (store.transact === undefined) throw noTransactions(store.name);
  const { id, fingerprint, times } = call;
  const owner = surroundings.newOwner();
  const request = { id, fingerprint, owner, ...times };
  return store.transact(db, mode, request, (reply, tx) => {
    if (!reply.claimed) return { answer: endOf(call, reply, parts) };
    // It is of the kind that the caller gave, one of its pool, or its library's own transaction.
    const value = run(tx as Tx);
    return value instanceof Promise
      ? value.then((result) => finish(call, reply, result, parts))
      : finish(call, reply, value, parts);
  });
}

/** What is recorded, or who has the key. */
function endOf(call: KeyedCall, reply: ClaimReply, parts: Parts): End {
  const end = recordedEnd(call, reply);
  if (end !== undefined) return end;
  const { record, now } = reply;
  const isAlive = parts.surroundings.isOwnerAlive(record.owner, []);
  const isRunning = record.state === 'running' && (isAlive ?? record.leaseUntil > now);
  if (isRunning) return noEnd('busy', busy(call.identity));
  return noEnd('unknown', outcomeUnknown(call.identity, record, parts.url));
}

function finish(
  call: KeyedCall,
  { record, now }: ClaimReply,
  value: unknown,
  parts: Parts,
): TransactionStep<End> {
  const result = encodeIfPossible(value, parts.maxResultSize);
  const { attempt, firstAt, owner } = record;
  return {
    update: { id: call.id, owner, state: 'done', progress: '', result },
    answer: { kind: 'value', stored: result, fresh: { value }, attempt, firstAt, finishedAt: now },
  };
}

function encodeIfPossible(value: unknown, maxSize: number): StoredResult {
  try {
    const stored = encode(value);
    return stored.text.length <= maxSize ? stored : NOT_KEPT;
  } catch {
    return NOT_KEPT;
  }
}

function noTransactions(store: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `the ${store} store has no transactions`,
    { fix: 'Keep the ledger in the database whose rows it guards.' },
  );
}
