import type { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock } from '../../core/clock.ts';
import { sleep, systemTimers, type Timers } from '../../core/timers.ts';
import {
  afterPrefix,
  claimRow,
  isClaimed,
  mayRenew,
  purgeRow,
  updateRow,
} from '../../once/store/rules.ts';
import type {
  ClaimReply,
  ClaimRequest,
  ListedRecord,
  ListQuery,
  PurgeReply,
  PurgeRequest,
  ReadReply,
  RecordState,
  RenewRequest,
  Store,
  UpdateRequest,
} from '../../once/store/types.ts';
import { cannotOpen, prepareFile } from './file.ts';
import { loadSqlite } from './load.ts';
import { SCHEMA, Table } from './table.ts';
import { isBusy, Writer } from './writer.ts';

export interface SqliteStoreOptions {
  /** Where its time comes from; default the machine's clock. */
  clock?: Clock;
  timers?: Timers;
}

/** Long enough for other processes to make the same file at the same time. */
const OPEN_TRIES = 500;

/**
 * A store in one SQLite file, for the processes of one machine. Every claim and every result is on
 * disk before it counts (`synchronous = FULL`); what comes at the same time shares one wait for the
 * disk. The file is made if it is absent, readable for its owner only.
 *
 * Run twice: opens the same ledger; any number of processes may.
 * @throws ERR_RUNTWICE_STORE_UNAVAILABLE where the file cannot be opened, is no ledger, or is on a
 * network file system.
 */
export async function sqliteStore(path: string, options: SqliteStoreOptions = {}): Promise<Store> {
  const { clock = systemClock, timers = systemTimers } = options;
  prepareFile(path);
  return new SqliteStore(await openDatabase(path, timers), clock, timers);
}

async function openDatabase(path: string, timers: Timers): Promise<DatabaseSync> {
  const { DatabaseSync } = loadSqlite();
  for (let tries = 1; ; tries++) {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { timeout: 0 });
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE;');
      db.exec(`${SCHEMA} COMMIT;`);
      return db;
    } catch (error) {
      db?.close();
      if (!isBusy(error) || tries >= OPEN_TRIES) throw cannotOpen(path, error);
      await sleep(timers, 1 + Math.random() * 10);
    }
  }
}

class SqliteStore implements Store {
  readonly name = 'sqlite';
  readonly durability = 'disk';
  readonly #db: DatabaseSync;
  readonly #table: Table;
  readonly #writer: Writer;
  readonly #clock: Clock;

  constructor(db: DatabaseSync, clock: Clock, timers: Timers) {
    this.#db = db;
    this.#table = new Table(db);
    this.#writer = new Writer(db, timers);
    this.#clock = clock;
  }

  async claim(request: ClaimRequest): Promise<ClaimReply> {
    // What is finished is only read: no transaction, no wait for the disk.
    return this.#readClaim(request) ?? this.#writer.write(() => this.#claim(request));
  }

  /** The reply, where the claim would change nothing. */
  #readClaim(request: ClaimRequest): ClaimReply | undefined {
    const now = this.#clock.now();
    const record = this.#table.get(request.id);
    if (record === undefined || claimRow(record, request, now) !== record) return undefined;
    return { claimed: isClaimed(record, request.owner), record, now };
  }

  #claim(request: ClaimRequest): ClaimReply {
    const now = this.#clock.now();
    const before = this.#table.get(request.id);
    const record = claimRow(before, request, now);
    if (record !== before) this.#table.put(request.id, record);
    return { claimed: isClaimed(record, request.owner), record, now };
  }

  renew(requests: readonly RenewRequest[]): Promise<boolean[]> {
    return this.#writer.write(() => requests.map((request) => this.#renew(request)));
  }

  #renew({ id, owner, leaseMs }: RenewRequest): boolean {
    const isHeld = mayRenew(this.#table.get(id), owner);
    if (isHeld) this.#table.setLease(id, this.#clock.now() + leaseMs);
    return isHeld;
  }

  update(request: UpdateRequest): Promise<number | undefined> {
    return this.#writer.write(() => {
      const now = this.#clock.now();
      const before = this.#table.get(request.id);
      const row = updateRow(before, request, now);
      if (row !== undefined && row !== before) this.#table.put(request.id, row);
      return row && (row.finishedAt || now);
    });
  }

  async read(id: string): Promise<ReadReply | undefined> {
    const record = this.#table.get(id);
    return record && { record, now: this.#clock.now() };
  }

  async list(query: ListQuery): Promise<{ records: ListedRecord[]; now: number }> {
    const { prefix, after = prefix, olderThanMs = Number.NEGATIVE_INFINITY, limit } = query;
    const now = this.#clock.now();
    const until = Number.isFinite(olderThanMs) ? now - olderThanMs : Number.MAX_SAFE_INTEGER;
    const rows = this.#table.range(after, afterPrefix(prefix), until, limit);
    return { records: rows.map(([id, record]) => ({ id, record })), now };
  }

  async stats(prefix: string): Promise<Record<RecordState, number>> {
    return this.#table.count(prefix, afterPrefix(prefix));
  }

  remove(id: string, owner: string): Promise<boolean> {
    return this.#writer.write(() => {
      const isSame = this.#table.get(id)?.owner === owner;
      if (isSame) this.#table.remove(id);
      return isSame;
    });
  }

  purge({ prefix, limit }: PurgeRequest): Promise<PurgeReply> {
    return this.#writer.write(() => {
      const now = this.#clock.now();
      const due = this.#table.due(prefix, afterPrefix(prefix), now, limit);
      let [removed, trimmed] = [0, 0];
      for (const [id, row] of due) {
        const after = purgeRow(row, now);
        if (after === undefined) {
          this.#table.remove(id);
          removed += 1;
        } else {
          this.#table.put(id, after);
          trimmed += Number(row.result !== undefined && after.result === undefined);
        }
      }
      return { removed, trimmed, more: due.length === limit };
    });
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#db.close();
  }
}
