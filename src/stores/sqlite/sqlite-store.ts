import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite } from '../../clients/node-sqlite.ts';
import { type Clock, systemClock } from '../../core/clock.ts';
import { sleep, systemTimers, type Timers } from '../../core/timers.ts';
import { claimRow, isClaimed, mayRenew, purgeRow } from '../../once/store/rules.ts';
import type {
  ClaimReply,
  ClaimRequest,
  ListedRecord,
  ListQuery,
  Proceed,
  PurgeReply,
  PurgeRequest,
  ReadReply,
  RecordState,
  RenewRequest,
  Store,
  TransactionMode,
  UpdateRequest,
} from '../../once/store/types.ts';
import { applyClaim, applyUpdate } from './apply.ts';
import { cannotOpen, prepareFile } from './file.ts';
import { hasSchema, SCHEMA, Table } from './table.ts';
import { type Place, transact } from './transact.ts';
import { isBusy, unlessBusy, Writer } from './writer.ts';

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
  // SQLite takes `:memory:` and `file:…` for something else than the file of that name.
  const file = resolve(path);
  prepareFile(file);
  return new SqliteStore(await openDatabase(file, timers), { file, clock, timers });
}

async function openDatabase(path: string, timers: Timers): Promise<DatabaseSync> {
  const { DatabaseSync } = loadSqlite();
  for (let tries = 1; ; tries++) {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { timeout: 0 });
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
      // What is there is only read: no waiting for those who write.
      if (!hasSchema(db)) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
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
  readonly #at: Place;

  constructor(db: DatabaseSync, at: Place) {
    this.#db = db;
    this.#table = new Table(db);
    this.#writer = new Writer(db, at.timers);
    this.#at = at;
  }

  async claim(request: ClaimRequest): Promise<ClaimReply> {
    // What is finished is only read: no transaction, no wait for the disk.
    const found = await this.#look(() => this.#readClaim(request));
    return found ?? this.#writer.write(() => applyClaim(this.#table, request, this.#now()));
  }

  /** The reply, where the claim would change nothing. */
  #readClaim(request: ClaimRequest): ClaimReply | undefined {
    const now = this.#now();
    const record = this.#table.get(request.id);
    if (record === undefined || claimRow(record, request, now) !== record) return undefined;
    return { claimed: isClaimed(record, request.owner), record, now };
  }

  renew(requests: readonly RenewRequest[]): Promise<boolean[]> {
    return this.#writer.write(() => requests.map((request) => this.#renew(request)));
  }

  #renew({ id, owner, leaseMs }: RenewRequest): boolean {
    const isHeld = mayRenew(this.#table.get(id), owner);
    if (isHeld) this.#table.setLease(id, this.#now() + leaseMs);
    return isHeld;
  }

  update(request: UpdateRequest): Promise<number | undefined> {
    return this.#writer.write(() => applyUpdate(this.#table, request, this.#now()));
  }

  read(id: string): Promise<ReadReply | undefined> {
    return this.#look(() => {
      const record = this.#table.get(id);
      return record && { record, now: this.#now() };
    });
  }

  list(query: ListQuery): Promise<{ records: ListedRecord[]; now: number }> {
    const { prefix, after, states, olderThanMs = Number.NEGATIVE_INFINITY, limit } = query;
    return this.#look(() => {
      const now = this.#now();
      const startedUntil = now - olderThanMs;
      const rows = this.#table.range({ prefix, after, states, startedUntil, limit });
      return { records: rows.map(([id, record]) => ({ id, record })), now };
    });
  }

  stats(prefix: string): Promise<Record<RecordState, number>> {
    return this.#look(() => this.#table.count(prefix));
  }

  #look<Answer>(work: () => Answer): Promise<Answer> {
    return unlessBusy(this.#at.timers, work);
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
      const now = this.#now();
      const due = this.#table.due(prefix, now, limit + 1);
      let [removed, trimmed] = [0, 0];
      for (const [id, row] of due.slice(0, limit)) {
        const after = purgeRow(row, now);
        if (after === undefined) {
          this.#table.remove(id);
          removed += 1;
        } else {
          this.#table.put(id, after);
          trimmed += Number(row.result !== undefined && after.result === undefined);
        }
      }
      return { removed, trimmed, more: due.length > limit };
    });
  }

  transact<Answer>(
    db: object,
    mode: TransactionMode,
    request: ClaimRequest,
    proceed: Proceed<Answer>,
  ): Promise<Answer> {
    return transact(db, mode, request, proceed, this.#at);
  }

  #now(): number {
    return this.#at.clock.now();
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#db.close();
  }
}
