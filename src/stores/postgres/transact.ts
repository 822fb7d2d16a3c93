import { CommitUnknown } from '../../clients/commit-unknown.ts';
import { type PostgresClient, postgresClient } from '../../clients/postgres.ts';
import { postgresTransaction } from '../../clients/postgres-transaction.ts';
import { type SqlClient, statement } from '../../clients/sql.ts';
import { sleep, type Timers } from '../../core/timers.ts';
import { overtaken, transactionUndone } from '../../once/store/problems.ts';
import { claimElsewhere } from '../../once/store/replies.ts';
import type { ClaimRequest, Proceed, TransactionMode } from '../../once/store/types.ts';
import type { Ask } from './ask.ts';
import { claimOne } from './claims.ts';
import { isLockTimeout, isTransient } from './errors.ts';
import { NOW } from './sql-parts.ts';
import type { Statements } from './statements.ts';
import { updateOne } from './updates.ts';
import { claimOneSql, updateOneSql } from './write-sql.ts';

/** How a store does transactions. */
export interface Transacting {
  readonly prepare: boolean;
  readonly timers: Timers;
  /** For transactions that are begun here. */
  readonly own: Statements;
  /** For those of the caller: they leave its settings as they are. */
  readonly joining: Statements;
}

/** `table` is quoted. */
export function joiningStatements(table: string, own: Statements): Statements {
  const time = `s AS MATERIALIZED (SELECT ${NOW} AS now)`;
  return {
    ...own,
    claimOne: statement('join_claim', claimOneSql(table, time)),
    updateOne: statement('join_update', updateOneSql(table, time)),
  };
}

/** So often a transaction is begun again that the server undid because of another. */
const MAX_BEGINS = 10;
const MAX_PAUSE_MS = 50;

/** Claims first and records last, in a transaction that is begun here or by the caller. */
export async function transact<Answer>(
  db: PostgresClient,
  mode: TransactionMode,
  request: ClaimRequest,
  proceed: Proceed<Answer>,
  how: Transacting,
): Promise<Answer> {
  const { prepare, own, joining } = how;
  const statements = mode === 'join' ? joining : own;
  const work = (tx: PostgresClient) =>
    workIn(tx, postgresClient(tx, prepare), statements, request, proceed);
  if (mode === 'join') return work(db).catch(unlessTransient);
  for (let begun = 1; ; begun++) {
    try {
      return await postgresTransaction(db, work);
    } catch (error) {
      if (error instanceof Held) return (await proceed(claimElsewhere(request), db)).answer;
      // Whether it was committed is seen by the next claim, never by a SELECT that finds nothing.
      const mayBegin = isTransient(error) || error instanceof CommitUnknown;
      if (begun === MAX_BEGINS || !mayBegin) throw error;
      await sleep(how.timers, Math.random() * MAX_PAUSE_MS);
    }
  }
}

/** Another transaction has held the key for longer than is waited. */
class Held extends Error {}

async function workIn<Answer>(
  tx: PostgresClient,
  sql: SqlClient,
  statements: Statements,
  request: ClaimRequest,
  proceed: Proceed<Answer>,
): Promise<Answer> {
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
