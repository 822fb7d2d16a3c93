import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { afterPrefix, type Row } from '../../once/store/rules.ts';
import { STATES, stateOf } from '../../once/store/stored-row.ts';
import type { RecordState } from '../../once/store/types.ts';
import { COLUMNS, endOf, idOf, type Raw, rowOf, selected, storable, valuesOf } from './columns.ts';

export const SCHEMA = `
CREATE TABLE IF NOT EXISTS runtwice_ledger (
  id TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  state INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  progress TEXT NOT NULL,
  codec TEXT,
  result TEXT,
  first_at INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER NOT NULL,
  keep_until INTEGER,
  keep_ms INTEGER,
  remember_ms INTEGER,
  purge_after INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS runtwice_ledger_purge ON runtwice_ledger (purge_after);
`;

/** Whether all that {@link SCHEMA} makes is there. */
export function hasSchema(db: DatabaseSync): boolean {
  const sql =
    "SELECT count(*) AS n FROM sqlite_schema WHERE tbl_name = 'runtwice_ledger' AND name IN";
  const found = db.prepare(`${sql} ('runtwice_ledger', 'runtwice_ledger_purge')`).get();
  return found?.['n'] === 2;
}

/** What is asked for of the rows in the order of their ids. */
export interface Range {
  readonly prefix: string;
  readonly after: string | undefined;
  readonly states: readonly RecordState[] | undefined;
  readonly startedUntil: number;
  readonly limit: number;
}

/** The statements on the one table. */
export class Table {
  readonly #get: Prepared;
  readonly #put: Prepared;
  readonly #setEnd: Prepared;
  readonly #setLease: Prepared;
  readonly #remove: Prepared;
  readonly #range: Prepared;
  readonly #due: Prepared;
  readonly #count: Prepared;

  constructor(db: DatabaseSync) {
    const select = `SELECT ${selected(db)} FROM runtwice_ledger`;
    const places = COLUMNS.map(() => '?').join();
    this.#get = prepared(db, `${select} WHERE id = ?`);
    this.#put = prepared(db, `REPLACE INTO runtwice_ledger (${COLUMNS.join()}) VALUES (${places})`);
    this.#setEnd = prepared(
      db,
      `UPDATE runtwice_ledger SET state = ?, progress = ?, codec = ?, result = ?, finished_at = ?,
       keep_until = ? WHERE id = ?`,
    );
    this.#setLease = prepared(db, 'UPDATE runtwice_ledger SET lease_until = ? WHERE id = ?');
    this.#remove = prepared(db, 'DELETE FROM runtwice_ledger WHERE id = ?');
    this.#range = prepared(
      db,
      `${select} WHERE id >= max(?, ?) AND id < ? AND started_at <= ?
       AND state IN (SELECT value FROM json_each(?)) ORDER BY runtwice_ledger.id LIMIT ?`,
    );
    // Without the signs SQLite goes through all ids, for it cannot know how few are due.
    this.#due = prepared(
      db,
      `${select} WHERE purge_after <= ? AND +id >= ? AND +id < ?
       AND state IN (1, 2, 3) ORDER BY purge_after LIMIT ?`,
    );
    this.#count = prepared(
      db,
      'SELECT state, count(*) FROM runtwice_ledger WHERE id >= ? AND id < ? GROUP BY state',
    );
  }

  get(id: string): Row | undefined {
    const raw = this.#get().get(id) as Raw | undefined;
    return raw && rowOf(raw);
  }

  /** Writes the whole row. */
  put(id: string, row: Row): void {
    this.#put().run(...valuesOf(id, row));
  }

  /** Writes what an update changes: the index on `purge_after` is left alone. */
  setEnd(id: string, row: Row): void {
    this.#setEnd().run(...endOf(row), id);
  }

  setLease(id: string, leaseUntil: number): void {
    this.#setLease().run(storable(leaseUntil), id);
  }

  remove(id: string): void {
    this.#remove().run(id);
  }

  /** Rows in the order of their ids. */
  range(range: Range): [string, Row][] {
    const { prefix, after, states = STATES, startedUntil, limit } = range;
    // The first text after an id is that id and U+0000: one bound, which the index can use.
    const from = after === undefined ? prefix : `${after}\0`;
    const numbers = JSON.stringify(states.map((state) => STATES.indexOf(state)));
    const bounds = [prefix, from, afterPrefix(prefix), startedUntil, numbers, limit];
    return listed(this.#range().all(...bounds));
  }

  /** Rows that a purge should look at, the longest due first. */
  due(prefix: string, now: number, limit: number): [string, Row][] {
    return listed(this.#due().all(now, prefix, afterPrefix(prefix), limit));
  }

  count(prefix: string): Record<RecordState, number> {
    const counts = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };
    const rows: unknown[] = this.#count().all(prefix, afterPrefix(prefix));
    for (const [state, count] of rows as Raw[]) counts[stateOf(state)] = Number(count);
    return counts;
  }
}

function listed(rows: unknown[]): [string, Row][] {
  return (rows as Raw[]).map((raw) => [idOf(raw), rowOf(raw)]);
}

/** A statement that gives rows as arrays. It is prepared when it is asked for first. */
type Prepared = () => StatementSync;

function prepared(db: DatabaseSync, sql: string): Prepared {
  let statement: StatementSync | undefined;
  return () => {
    if (statement === undefined) {
      statement = db.prepare(sql);
      statement.setReturnArrays(true);
    }
    return statement;
  };
}
