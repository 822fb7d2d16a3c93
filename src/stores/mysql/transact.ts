import { CommitUnknown } from '../../clients/commit-unknown.ts';
import { handleOf, requireTransaction } from '../../clients/handles.ts';
import { handleSql, type MysqlClient, mysqlSql } from '../../clients/mysql.ts';
import { mysqlTransaction } from '../../clients/mysql-transaction.ts';
import { RuntwiceError } from '../../core/errors.ts';
import { sleep, type Timers } from '../../core/timers.ts';
import { overtaken, transactionUndone } from '../../once/store/problems.ts';
import { claimElsewhere } from '../../once/store/replies.ts';
import { isClaimed, mayClaim } from '../../once/store/rules.ts';
import { replyOf } from '../../once/store/stored-row.ts';
import type { ClaimReply, ClaimRequest, Proceed, TransactionMode } from '../../once/store/types.ts';
import type { Place } from './ask.ts';
import { readOne, reclaim, timesOf } from './claims.ts';
import { isLockTimeout, isTransient } from './errors.ts';
import { updateOne } from './updates.ts';
import { bytes, idBytes } from './values.ts';

/** How a store does transactions. */
export interface Transacting {
  readonly prepare: boolean;
  readonly timers: Timers;
  readonly place: Place;
  /** For how long the key's row may take to be made while a transaction of the caller's waits. */
  readonly lockMs: number;
}

/** So often a transaction is begun again that the server undid because of another. */
const MAX_BEGINS = 10;
const MAX_PAUSE_MS = 50;

/**
 * Claims first and records last, in a transaction that is begun here or by the caller. The key's row is
 * made before, on another connection, and is nobody's: transactions that insert it lock the gap around
 * it, and undo each other (2 of 3 were: measured); those that find it wait for one another.
 */
export async function transact<Answer>(
  db: object,
  mode: TransactionMode,
  request: ClaimRequest,
  proceed: Proceed<Answer>,
  how: Transacting,
): Promise<Answer> {
  let isClaimed = false;
  const go: Proceed<Answer> = (reply, tx) => {
    isClaimed = true;
    return proceed(reply, tx);
  };
  const work = (tx: object) => workIn(tx, request, go, how);
  if (mode === 'join') {
    const handle = handleOf(db);
    if (handle !== undefined) requireTransaction(handle, true);
    await withinTime(makeRow(request, how), how);
    return work(db).catch(unlessTransient);
  }
  let isLost = false;
  for (let begun = 1; ; begun++) {
    isClaimed = false;
    try {
      await makeRow(request, how);
      return await mysqlTransaction(db, work);
    } catch (error) {
      if (error instanceof Held) return (await proceed(claimElsewhere(request), db)).answer;
      // Whether it was committed is seen by the next claim.
      isLost ||= error instanceof CommitUnknown;
      // A library's pool may not have seen yet that the connection is lost, and give it out again
      // (knex runs the work even where its BEGIN failed): until the claim nothing is done.
      const mayBegin =
        isTransient(error) || error instanceof CommitUnknown || (isLost && !isClaimed);
      if (begun === MAX_BEGINS || !mayBegin) throw error;
      await sleep(how.timers, (isLost ? 1 : Math.random()) * MAX_PAUSE_MS);
    }
  }
}

/** Another transaction has held the key for longer than is waited. */
class Held extends Error {}

/** What is there already is left as it is; where somebody holds it, that may be the transaction itself. */
async function makeRow(request: ClaimRequest, { place }: Transacting): Promise<void> {
  const { id, fingerprint } = request;
  // MySQL would wait for who holds it, for as long as the connection says: here reading has to do.
  if (!place.isMaria && (await readOne(place, id)) !== undefined) return;
  const values = [idBytes(id), bytes(fingerprint), ...timesOf(request)];
  try {
    await place.sql.execute(place.statements.insertFree, values);
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
  }
}

/** The caller's transaction may have the last connection of the pool that the store waits for. */
async function withinTime(work: Promise<void>, { timers, lockMs }: Transacting): Promise<void> {
  const late = Promise.withResolvers<never>();
  const stop = timers.after(lockMs + 5000, () =>
    late.reject(
      new RuntwiceError('ERR_RUNTWICE_RETRY_TRANSACTION', 'the ledger got no connection in time', {
        fix: 'Roll back, and begin the transaction again; give the ledger a pool of its own.',
      }),
    ),
  );
  try {
    await Promise.race([work, late.promise]);
  } catch (error) {
    work.catch(() => {});
    unlessTransient(error);
  } finally {
    stop();
  }
}

async function workIn<Answer>(
  tx: object,
  request: ClaimRequest,
  proceed: Proceed<Answer>,
  how: Transacting,
): Promise<Answer> {
  const joined = placeOf(tx, how);
  const reply = await claimRow(joined, request).catch((error: unknown) => {
    throw isLockTimeout(error) ? new Held('', { cause: error }) : error;
  });
  const { update, answer } = await proceed(reply, tx);
  if (update === undefined) return answer;
  if ((await updateOne(joined, update)) === undefined) throw overtaken(request.id);
  return answer;
}

/** How a transaction is asked: directly, or through its library, which is asked for texts. */
function placeOf(tx: object, { prepare, place }: Transacting): Place {
  const handle = handleOf(tx);
  if (handle === undefined) return { ...place, sql: mysqlSql(tx as MysqlClient, prepare) };
  const { readText: read, readLockedText: readLocked } = place.statements;
  return {
    ...place,
    sql: handleSql(handle),
    statements: { ...place.statements, read, readLocked },
  };
}

/** Claims the row under its lock; who has to wait for it sees what the other committed. */
async function claimRow(place: Place, request: ClaimRequest): Promise<ClaimReply> {
  const seen = await readLocked(place, request.id);
  if (!mayClaim(seen.record, request, seen.now)) return { claimed: false, ...seen };
  await reclaim(place, request, seen.record);
  const reply = await readLocked(place, request.id);
  return { claimed: isClaimed(reply.record, request.owner), ...reply };
}

async function readLocked({ sql, statements }: Place, id: string) {
  const [row] = (await sql.execute(statements.readLocked, [idBytes(id)])).rows;
  if (row === undefined) throw overtaken(id);
  return replyOf(row);
}

function unlessTransient(error: unknown): never {
  const isHeld = error instanceof Held;
  if (!isHeld && !isTransient(error)) throw error;
  throw transactionUndone(isHeld, error);
}
