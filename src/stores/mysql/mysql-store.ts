import { type MysqlClient, mysqlSql } from '../../clients/mysql.ts';
import { type Duration, durationMs } from '../../core/duration.ts';
import { systemTimers } from '../../core/timers.ts';
import { Lane, updateSize } from '../../once/store/lane.ts';
import { claimElsewhere } from '../../once/store/replies.ts';
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
  StoreDurability,
  TransactionMode,
  UpdateRequest,
} from '../../once/store/types.ts';
import { countStates, listRecords, purgeBatch } from './admin.ts';
import { type Place, retrying } from './ask.ts';
import { claimMany, claimOne, readOne } from './claims.ts';
import { isLockTimeout, isOfOne } from './errors.ts';
import { DEFAULT_TABLE, quotedTable } from './schema.ts';
import { prepareServer } from './server.ts';
import { type AdminStatements, adminStatements, statementsOf } from './sql.ts';
import { type Transacting, transact } from './transact.ts';
import { endMany, renewMany, updateOne } from './updates.ts';
import { bytes, idBytes } from './values.ts';

export interface MysqlStoreOptions {
  /** The ledger's table, with its database where that is another; default `runtwice_ledger`. */
  table?: string;
  /** `'create'` (the default) makes the table where it is absent; `'check'` only looks whether it is right. */
  schema?: 'create' | 'check';
  /** Whether connections prepare the statements; default true. Some poolers cannot have it. */
  prepare?: boolean;
  /**
   * How long a statement waits for a row that another transaction holds; default 1 s, in whole seconds.
   * A claim then says that somebody is at work. MySQL has no such setting for one statement: there it is
   * the connection's `innodb_lock_wait_timeout` (50 s unless you set it).
   */
  lockTimeout?: Duration;
}

/**
 * A store in a table (InnoDB) of MariaDB, 10.5 or newer, or MySQL, 8 or newer, for any number of
 * machines. The client is yours, a pool or connection of mysql2; you end it. What comes while a
 * statement is under way shares the next. Its `durability` is `disk` only where the server writes each
 * commit to disk (`innodb_flush_log_at_trx_commit = 1`, and `sync_binlog = 1` with a binary log).
 *
 * Run twice: opens the same ledger; any number of processes may, and one of them makes the table.
 * @throws ERR_RUNTWICE_STORE_UNAVAILABLE where the server cannot be reached, is read-only, or has no such
 * table and may not make it; ERR_RUNTWICE_INVALID_ARGUMENT for a client or option of no use.
 */
export async function mysqlStore(
  client: MysqlClient,
  options: MysqlStoreOptions = {},
): Promise<Store> {
  const { table = DEFAULT_TABLE, schema = 'create', prepare = true, lockTimeout = '1s' } = options;
  const lockMs = durationMs(lockTimeout, 'lockTimeout');
  const sql = retrying(mysqlSql(client, prepare));
  const { isMaria, durability } = await prepareServer(sql, table, schema);
  const quoted = quotedTable(table);
  const place = { sql, isMaria, statements: statementsOf(quoted, isMaria, lockMs) };
  const transacting = { prepare, timers: systemTimers, place, lockMs };
  return new MysqlStore(place, adminStatements(quoted), durability, transacting);
}

class MysqlStore implements Store {
  readonly name = 'mysql';
  readonly durability: StoreDurability;
  readonly #place: Place;
  readonly #admin: AdminStatements;
  readonly #transacting: Transacting;
  readonly #claims: Lane<ClaimRequest, ClaimReply>;
  readonly #updates: Lane<UpdateRequest, number | undefined>;

  constructor(
    place: Place,
    admin: AdminStatements,
    durability: StoreDurability,
    transacting: Transacting,
  ) {
    this.durability = durability;
    this.#place = place;
    this.#admin = admin;
    this.#transacting = transacting;
    this.#claims = new Lane(systemTimers, {
      one: (request) => claimOne(place, request),
      many: (requests) => claimMany(place, requests),
      size: () => 0,
      isHeld: isLockTimeout,
      isOfOne,
      held: claimElsewhere,
    });
    this.#updates = new Lane(systemTimers, {
      one: (request) => updateOne(place, request),
      many: (requests) => endMany(place, requests),
      size: updateSize,
      isHeld: isLockTimeout,
      isOfOne,
    });
  }

  claim(request: ClaimRequest): Promise<ClaimReply> {
    return this.#claims.call(request, request.takeover !== undefined);
  }

  renew(requests: readonly RenewRequest[]): Promise<boolean[]> {
    return renewMany(this.#place, requests);
  }

  update(request: UpdateRequest): Promise<number | undefined> {
    const { state } = request;
    return this.#updates.call(request, state !== 'done' && state !== 'failed');
  }

  read(id: string): Promise<ReadReply | undefined> {
    return readOne(this.#place, id);
  }

  list(query: ListQuery): Promise<{ records: ListedRecord[]; now: number }> {
    return listRecords(this.#place.sql, this.#admin, query);
  }

  stats(prefix: string): Promise<Record<RecordState, number>> {
    return countStates(this.#place.sql, this.#admin, prefix);
  }

  async remove(id: string, owner: string): Promise<boolean> {
    const { sql, statements } = this.#place;
    return (await sql.execute(statements.remove, [idBytes(id), bytes(owner)])).affected > 0;
  }

  purge(request: PurgeRequest): Promise<PurgeReply> {
    return purgeBatch(this.#place.sql, this.#admin, request);
  }

  transact<Answer>(
    db: object,
    mode: TransactionMode,
    request: ClaimRequest,
    proceed: Proceed<Answer>,
  ): Promise<Answer> {
    return transact(db, mode, request, proceed, this.#transacting);
  }

  /** The client is the caller's to end. */
  async close(): Promise<void> {}
}
