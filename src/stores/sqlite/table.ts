import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { afterPrefix, type Row } from '../../once/store/rules.ts';
import { STATES, stateOf } from '../../once/store/stored-row.ts';
import type { RecordState } from '../../once/store/types.ts';
import {
  COLUMNS,
  endOf,
  type Raw,
  rowOf,
  selected,
  storable,
  textOf,
  valuesOf,
} from './columns.ts';

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

/** The statements on the one table. Each is prepared when it is used first. */
export class Table {
  readonly #db: DatabaseSync;
  readonly #select: string;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#select = `SELECT ${selected(db)} FROM runtwice_ledger`;
  }

  get(id: string): Row | undefined {
    const raw = this.#prepare(`${this.#select} WHERE id = ?`).get(id);
    return raw && rowOf(raw as Raw);
  }

  /** Writes the whole row. */
  put(id: string, row: Row): void {
    const places = COLUMNS.map(() => '?').join();
    this.#prepare(`REPLACE INTO runtwice_ledger (${COLUMNS.join()}) VALUES (${places})`).run(
      ...valuesOf(id, row),
    );
  }

  /** Writes what an update changes: the index on `purge_after` is left alone. */
  setEnd(id: string, row: Row): void {
    this.#prepare(
      `UPDATE runtwice_ledger SET state = ?, progress = ?, codec = ?, result = ?, finished_at = ?,
       keep_until = ? WHERE id = ?`,
    ).run(...endOf(row), id);
  }

  setLease(id: string, leaseUntil: number): void {
    const sql = 'UPDATE runtwice_ledger SET lease_until = ? WHERE id = ?';
    this.#prepare(sql).run(storable(leaseUntil), id);
  }

  remove(id: string): void {
    this.#prepare('DELETE FROM runtwice_ledger WHERE id = ?').run(id);
  }

  /** Rows in the order of their ids. */
  range(range: Range): [string, Row][] {
    const { prefix, after, states = STATES, startedUntil, limit } = range;
    // The first text after an id is that id and U+0000: one bound, which the index can use.
    const from = after === undefined ? prefix : `${after}\0`;
    const numbers = JSON.stringify(states.map((state) => STATES.indexOf(state)));
    return this.#prepare(
      `${this.#select} WHERE id >= max(?, ?) AND id < ? AND started_at <= ?
       AND state IN (SELECT value FROM json_each(?)) ORDER BY runtwice_ledger.id LIMIT ?`,
    )
      .all(prefix, from, afterPrefix(prefix), startedUntil, numbers, limit)
      .map((raw) => [textOf(raw['id']), rowOf(raw as Raw)]);
  }

  /** Rows that a purge should look at, the longest due first. */
  due(prefix: string, now: number, limit: number): [string, Row][] {
    // Without the signs SQLite goes through all ids, for it cannot know how few are due.
    return this.#prepare(
      `${this.#select} WHERE purge_after <= ? AND +id >= ? AND +id < ?
       AND state IN (1, 2, 3) ORDER BY purge_after LIMIT ?`,
    )
      .all(now, prefix, afterPrefix(prefix), limit)
      .map((raw) => [textOf(raw['id']), rowOf(raw as Raw)]);
  }

  count(prefix: string): Record<RecordState, number> {
    const counts = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };
    const sql =
      'SELECT state, count(*) AS n FROM runtwice_ledger WHERE id >= ? AND id < ? GROUP BY state';
    for (const { state, n } of this.#prepare(sql).all(prefix, afterPrefix(prefix))) {
      counts[stateOf(state)] = Number(n);
    }
    return counts;
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}
