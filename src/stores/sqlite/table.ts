import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Row } from '../../once/store/rules.ts';
import type { RecordState } from '../../once/store/types.ts';

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

/** States as they are stored: their numbers never change. */
export const STATES: readonly RecordState[] = ['running', 'done', 'failed', 'released', 'unknown'];

const COLUMNS = [
  'id',
  'fingerprint',
  'state',
  'attempt',
  'owner',
  'lease_until',
  'progress',
  'codec',
  'result',
  'first_at',
  'started_at',
  'finished_at',
  'keep_until',
  'keep_ms',
  'remember_ms',
  'purge_after',
] as const;

type Column = (typeof COLUMNS)[number];

/** A row as SQLite gives it; a length of time without end is null. */
type Raw = Record<Column, SQLOutputValue>;

/** The statements on the one table. Each is prepared when it is used first. */
export class Table {
  readonly #db: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  get(id: string): Row | undefined {
    const raw = this.#prepare('SELECT * FROM runtwice_ledger WHERE id = ?').get(id);
    return raw && rowOf(raw as Raw);
  }

  /** Writes the whole row. */
  put(id: string, row: Row): void {
    const places = COLUMNS.map(() => '?').join();
    this.#prepare(`REPLACE INTO runtwice_ledger (${COLUMNS.join()}) VALUES (${places})`).run(
      id,
      row.fingerprint,
      STATES.indexOf(row.state),
      row.attempt,
      row.owner,
      row.leaseUntil,
      row.progress,
      row.result?.codec ?? null,
      row.result?.text ?? null,
      row.firstAt,
      row.startedAt,
      row.finishedAt,
      finite(row.keepUntil),
      finite(row.keepMs),
      finite(row.rememberMs),
      finite(row.purgeAfter),
    );
  }

  setLease(id: string, leaseUntil: number): void {
    this.#prepare('UPDATE runtwice_ledger SET lease_until = ? WHERE id = ?').run(leaseUntil, id);
  }

  remove(id: string): void {
    this.#prepare('DELETE FROM runtwice_ledger WHERE id = ?').run(id);
  }

  /** Rows in the order of their ids. */
  range(from: string, end: string, startedUntil: number, limit: number): [string, Row][] {
    return this.#prepare(
      'SELECT * FROM runtwice_ledger WHERE id > ? AND id < ? AND started_at <= ? ORDER BY id LIMIT ?',
    )
      .all(from, end, startedUntil, limit)
      .map((raw) => [String(raw['id']), rowOf(raw as Raw)]);
  }

  /** Rows that a purge should look at, the longest due first. */
  due(from: string, end: string, now: number, limit: number): [string, Row][] {
    return this.#prepare(
      'SELECT * FROM runtwice_ledger WHERE purge_after <= ? AND id > ? AND id < ? AND state IN (1, 2, 3) ORDER BY purge_after LIMIT ?',
    )
      .all(now, from, end, limit)
      .map((raw) => [String(raw['id']), rowOf(raw as Raw)]);
  }

  count(from: string, end: string): Record<RecordState, number> {
    const counts = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };
    const sql =
      'SELECT state, count(*) AS n FROM runtwice_ledger WHERE id > ? AND id < ? GROUP BY state';
    for (const { state, n } of this.#prepare(sql).all(from, end)) {
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

function rowOf(raw: Raw): Row {
  const { codec, result } = raw;
  return {
    fingerprint: String(raw.fingerprint),
    state: stateOf(raw.state),
    attempt: Number(raw.attempt),
    owner: String(raw.owner),
    leaseUntil: Number(raw.lease_until),
    progress: String(raw.progress),
    result: codec === null ? undefined : { codec: String(codec), text: String(result) },
    firstAt: Number(raw.first_at),
    startedAt: Number(raw.started_at),
    finishedAt: Number(raw.finished_at),
    keepUntil: endless(raw.keep_until),
    keepMs: endless(raw.keep_ms),
    rememberMs: endless(raw.remember_ms),
    purgeAfter: endless(raw.purge_after),
  };
}

function stateOf(value: SQLOutputValue | undefined): RecordState {
  return STATES[Number(value)] ?? 'unknown';
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null;
}

function endless(value: SQLOutputValue): number {
  return value === null ? Number.POSITIVE_INFINITY : Number(value);
}
