import { type PostgresClient, postgresClient } from '../../clients/postgres.ts';
import type { SqlClient } from '../../clients/sql.ts';
import { type Duration, durationMs } from '../../core/duration.ts';
import { systemTimers } from '../../core/timers.ts';
import { Lane, updateSize } from '../../once/store/lane.ts';
import { claimElsewhere } from '../../once/store/replies.ts';
import { replyOf } from '../../once/store/stored-row.ts';
import { toStored } from '../../once/store/text.ts';
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
import { type Ask, askOf } from './ask.ts';
import { claimMany, claimOne } from './claims.ts';
import { isLockTimeout, isOfOne } from './errors.ts';
import { Plans } from './plans.ts';
import { DEFAULT_TABLE, quotedTable } from './schema.ts';
import { prepareServer } from './server.ts';
import { statementsOf } from './statements.ts';
import { type Transacting, transact, transacting } from './transact.ts';
import { leaseName, renewMany, updateMany, updateOne } from './updates.ts';
import { idBytes } from './values.ts';

export interface PostgresStoreOptions {
  /** The ledger's table, with its schema where that is not on the search path; default `runtwice_ledger`. */
  table?: string;
  /** `'create'` (the default) makes the table where it is absent; `'check'` only looks whether it is right. */
  schema?: 'create' | 'check';
  /**
   * Into how many parts a table that is made is divided by a hash of the key; default 1: not at all. It
   * costs speed (docs/scale.md); from some hundred million keys on, vacuum and new indexes go part by
   * part. The role then needs `plan_cache_mode = force_generic_plan`, or every statement is planned anew.
   */
  partitions?: number;
  /**
   * Whether connections prepare the statements; default true. PgBouncer before 1.21 cannot have it in
   * transaction mode.
   */
  prepare?: boolean;
  /**
   * How long a statement waits for a row that another transaction holds; default 1 s. A claim then
   * says that somebody is at work.
   */
  lockTimeout?: Duration;
}

/**
 * A store in a table of PostgreSQL, 12 or newer, for any number of machines. The client is yours: a
 * Pool or Client of pg, or the `sql` of postgres.js; you end it. Every claim and every result is on
 * disk before it counts (`synchronous_commit = on`, whatever is set elsewhere), and on the synchronous
 * standbys where there are any. What comes while a statement is under way shares the next.
 *
 * Run twice: opens the same ledger; any number of processes may, and one of them makes the table.
 * @throws ERR_RUNTWICE_STORE_UNAVAILABLE where the server cannot be reached, is a standby, or has no
 * such table and may not make it; ERR_RUNTWICE_INVALID_ARGUMENT for a client or option of no use.
 */
export async function postgresStore(
  client: PostgresClient,
  options: PostgresStoreOptions = {},
): Promise<Store> {
  const { table = DEFAULT_TABLE, schema = 'create', partitions = 1, prepare = true } = options;
  // To PostgreSQL 0 is no limit.
  const lockMs = Math.max(1, durationMs(options.lockTimeout ?? '1s', 'lockTimeout'));
  const sql = postgresClient(client, prepare);
  const durability = await prepareServer(sql, table, schema, partitions);
  const plans = new Plans((stage) => statementsOf(quotedTable(table), lockMs, stage));
  const own = statementsOf(quotedTable(table), lockMs);
  const how = transacting(quotedTable(table), prepare, systemTimers, { own, lockMs });
  return new PostgresStore(sql, plans, durability, how);
}

class PostgresStore implements Store {
  readonly name = 'postgres';
  readonly durability: StoreDurability;
  readonly #ask: Ask;
  readonly #plans: Plans;
  readonly #claims: Lane<ClaimRequest, ClaimReply>;
  readonly #updates: Lane<UpdateRequest, number | undefined>;

  readonly #transacting: Transacting;

  constructor(
    client: SqlClient,
    plans: Plans,
    durability: StoreDurability,
    transacting: Transacting,
  ) {
    const ask = askOf(client);
    this.durability = durability;
    this.#transacting = transacting;
    this.#ask = ask;
    this.#plans = plans;
    this.#claims = new Lane(systemTimers, {
      one: (request) => claimOne(ask, plans.forClaims(1), request),
      many: (requests) => claimMany(ask, plans.forClaims(requests.length), requests),
      size: () => 0,
      isHeld: isLockTimeout,
      isOfOne,
      held: claimElsewhere,
    });
    this.#updates = new Lane(systemTimers, {
      one: (request) => updateOne(ask, plans.current, request),
      many: (requests) => updateMany(ask, plans.current, requests),
      size: updateSize,
      isHeld: isLockTimeout,
      isOfOne,
    });
  }

  claim(request: ClaimRequest): Promise<ClaimReply> {
    return this.#claims.call(request, request.takeover !== undefined);
  }

  async renew(requests: readonly RenewRequest[]): Promise<boolean[]> {
    if (requests.length === 0) return [];
    const renewed = await renewMany(this.#ask, this.#plans.current, requests);
    return requests.map((request) => renewed.has(leaseName(request)));
  }

  update(request: UpdateRequest): Promise<number | undefined> {
    return this.#updates.call(request);
  }

  async read(id: string): Promise<ReadReply | undefined> {
    const [row] = await this.#ask(this.#plans.current.read, [idBytes(id)]);
    return row && replyOf(row);
  }

  list(query: ListQuery): Promise<{ records: ListedRecord[]; now: number }> {
    return listRecords(this.#ask, this.#plans.current, query);
  }

  stats(prefix: string): Promise<Record<RecordState, number>> {
    return countStates(this.#ask, this.#plans.current, prefix);
  }

  async remove(id: string, owner: string): Promise<boolean> {
    const rows = await this.#ask(this.#plans.current.remove, [idBytes(id), toStored(owner)]);
    return rows.length > 0;
  }

  purge(request: PurgeRequest): Promise<PurgeReply> {
    return purgeBatch(this.#ask, this.#plans.current, request);
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
