import { CommitUnknown } from '../../clients/commit-unknown.ts';
import { transactionClient } from '../../clients/postgres.ts';
import { postgresTransaction } from '../../clients/postgres-transaction.ts';
import { statement } from '../../clients/sql.ts';
import { sleep, type Timers } from '../../core/timers.ts';
import { overtaken, transactionUndone } from '../../once/store/problems.ts';
import { claimElsewhere } from '../../once/store/replies.ts';
import type { ClaimRequest, Proceed, TransactionMode } from '../../once/store/types.ts';
import type { Ask } from './ask.ts';
import { claimOne } from './claims.ts';
import { isLockTimeout, isTransient } from './errors.ts';
import { NOW, settings } from './sql-parts.ts';
import type { Statements } from './statements.ts';
import { updateOne } from './updates.ts';
import { claimOneSql, claimTextSql, updateOneSql, updateTextSql } from './write-sql.ts';

/** How a store does transactions. */
export interface Transacting {
  readonly prepare: boolean;
  readonly timers: Timers;
  /** What a client is asked. */
  readonly clients: ByMode;
  /** What a query builder or ORM is asked: the same, by texts. */
  readonly handles: ByMode;
}

/** Transactions of the caller are joined: they keep their settings. */
type ByMode = Readonly<Record<TransactionMode, Statements>>;

/** `table` is quoted. */
export function transacting(
  table: string,
  prepare: boolean,
  timers: Timers,
  { own, lockMs }: { own: Statements; lockMs: number },
): Transacting {
  const time = `s AS MATERIALIZED (SELECT ${NOW} AS now)`;
  const join = {
    ...own,
    claimOne: statement('join_claim', claimOneSql(table, time)),
    updateOne: statement('join_update', updateOneSql(table, time)),
  };
  const byTexts = (s: string) => ({
    ...own,
    claimOne: statement('text_claim', claimTextSql(table, s)),
    updateOne: statement('text_update', updateTextSql(table, s)),
  });
  const handles = { begin: byTexts(settings(lockMs)), join: byTexts(time) };
  return { prepare, timers, clients: { begin: own, join }, handles };
}

/** So often a transaction is begun again that the server undid because of another. */
const MAX_BEGINS = 10;
const MAX_PAUSE_MS = 50;

/** Claims first and records last, in a transaction that is begun here or by the caller. */
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
  const work = (tx: object) => workIn(tx, mode, request, go, how);
  if (mode === 'join') return work(db).catch(unlessTransient);
  let isLost = false;
  for (let begun = 1; ; begun++) {
    isClaimed = false;
    try {
      return await postgresTransaction(db, work);
    } catch (error) {
      if (error instanceof Held) return (await proceed(claimElsewhere(request), db)).answer;
      // Whether it was committed is seen by the next claim, never by a SELECT that finds nothing.
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

async function workIn<Answer>(
  tx: object,
  mode: TransactionMode,
  request: ClaimRequest,
  proceed: Proceed<Answer>,
  { prepare, clients, handles }: Transacting,
): Promise<Answer> {
  const { sql, isHandle } = transactionClient(tx, prepare);
  const statements = (isHandle ? handles : clients)[mode];
  const ask: Ask = (statement, values) => sql.query(statement, values);
  const reply = await claimOne(ask, statements, request).catch((error: unknown) => {
    throw isLockTimeout(error) ? new Held('', { cause: error }) : error;
  });
  const { update, answer } = await proceed(reply, tx);
  if (update === undefined) return answer;
  const at = await updateOne(ask, statements, update);
  if (at === undefined) throw overtaken(request.id);
  return answer;
}

function unlessTransient(error: unknown): never {
  const isHeld = error instanceof Held;
  if (!isHeld && !isTransient(error)) throw error;
  throw transactionUndone(isHeld, error);
}
