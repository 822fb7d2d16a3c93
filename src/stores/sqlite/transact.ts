import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../core/clock.ts';
import { RuntwiceError } from '../../core/errors.ts';
import type { Timers } from '../../core/timers.ts';
import type { ClaimRequest, Proceed, TransactionMode } from '../../once/store/types.ts';
import { applyClaim, applyUpdate } from './apply.ts';
import { Table } from './table.ts';
import { unlessBusy } from './writer.ts';

/** Where a ledger is, and what its time is. */
export interface Place {
  readonly file: string;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * Claims, works and records in one transaction of the caller's connection. All of it happens in one go:
 * nothing else that uses the connection can get between (an awaiting function let another request's
 * write vanish with the rollback: measured).
 */
export async function transact<Answer>(
  db: object,
  mode: TransactionMode,
  request: ClaimRequest,
  proceed: Proceed<Answer>,
  { file, clock, timers }: Place,
): Promise<Answer> {
  requireConnection(db, file);
  const table = tableOf(db);
  const work = (): Answer => {
    const step = proceed(applyClaim(table, request, clock.now()), db);
    if (step instanceof Promise) throw awaiting(step);
    const { update, answer } = step;
    if (update !== undefined) applyUpdate(table, update, clock.now());
    return answer;
  };
  if (mode === 'join') return work();
  return unlessBusy(timers, () => inTransaction(db, work));
}

function inTransaction<Answer>(db: DatabaseSync, work: () => Answer): Answer {
  db.exec('BEGIN IMMEDIATE');
  try {
    const answer = work();
    db.exec('COMMIT');
    return answer;
  } catch (error) {
    // A full disk may have rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

const tables = new WeakMap<DatabaseSync, Table>();

/** Statements are prepared once for each connection. */
function tableOf(db: DatabaseSync): Table {
  const table = tables.get(db) ?? new Table(db);
  tables.set(db, table);
  return table;
}

function requireConnection(db: object, file: string): asserts db is DatabaseSync {
  if (!('location' in db) || typeof db.location !== 'function') {
    throw unusable('is no connection of node:sqlite');
  }
  if (db.location() !== file) throw unusable('is of another file than the ledger');
}

function unusable(why: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `the connection ${why}`, {
    fix: "Give a DatabaseSync of the ledger's own file: its rows and the ledger's commit together.",
  });
}

/** Its promise is nobody's any more; what it rejects with must not end the process. */
function awaiting(promise: Promise<unknown>): RuntwiceError {
  promise.catch(() => {});
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'the function in the transaction is asynchronous',
    { fix: 'Nothing was written. With SQLite, do what awaits before or after the transaction.' },
  );
}
