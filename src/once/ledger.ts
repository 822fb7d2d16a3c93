import { type Duration, durationMs } from '../core/duration.ts';
import { identityText } from '../core/key.ts';
import { Admin } from './admin.ts';
import type { Attempt } from './attempt.ts';
import type { Call, Manner, Run } from './call.ts';
import { Calls } from './calls.ts';
import { ledgerClosed } from './errors.ts';
import type { Begun, Joined, TransactionOf } from './handles.ts';
import { keyedCall } from './keyed-call.ts';
import { doneOrThrow, makeOperation, type Operation, type OperationCall } from './operation.ts';
import {
  type LedgerOptions,
  type OperationOptions,
  requireOptions,
  type Times,
  timesOf,
} from './options.ts';
import { makeParts, type Parts } from './parts.ts';
import { type Settled, settledOf, settledOrFailed } from './result.ts';
import type { TransactionMode } from './store/types.ts';
import { type Surroundings, systemSurroundings } from './surroundings.ts';
import { settleInTransaction } from './transaction.ts';
import { untilTold } from './wait.ts';

/** With SQLite's synchronous connection, a function that awaits does not compile. */
export type TransactionResult<Db, Value> = Db extends { exec(sql: string): void }
  ? Value extends PromiseLike<unknown>
    ? never
    : Value
  : Value | Promise<Value>;

/** A call without an operation of its own; see {@link Ledger.once}. */
export interface OnceCall extends OperationCall {
  /** What is done, such as `nightly-report`. */
  operation: string;
  /** What the result depends on: the same key with another input is an error. JSON, or bytes. */
  input: unknown;
}

/**
 * Remembers keys and their results in a store, so that the same key gives the same result.
 *
 * Run twice: any number of ledgers, in any number of processes, may use one store and namespace.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT, and ERR_RUNTWICE_STORE_TOO_WEAK where the store keeps less
 * than `requireDurability` asks for.
 */
export function createLedger(options: LedgerOptions): Ledger {
  return new Ledger(options, systemSurroundings);
}

/** See {@link createLedger}. */
export class Ledger {
  /** Looks at keys, resolves and forgets them. */
  readonly admin: Admin;
  /** The application and its stage; see {@link LedgerOptions}. */
  readonly namespace: string;
  readonly #options: LedgerOptions;
  readonly #parts: Parts;
  readonly #calls: Calls;
  #isClosed = false;

  /** @internal */
  constructor(options: LedgerOptions, surroundings: Surroundings) {
    requireOptions(options);
    this.#options = options;
    this.namespace = options.namespace;
    this.#parts = makeParts(options, surroundings);
    this.#calls = new Calls(this.#parts);
    this.admin = new Admin(this.#parts, options.namespace, timesOf(options));
  }

  /**
   * Makes a function safe to call twice: it is run at most once for each key, and its result is
   * recorded.
   *
   * Run twice: define an operation as often as you like; what counts is its name.
   * @param name What is done; part of every key's identity. Two operations of one name share keys.
   */
  operation<Input, Value>(
    name: string,
    run: Run<Input, Value>,
    options: OperationOptions<Input, Value> = {},
  ): Operation<Input, Value> {
    const { namespace } = this;
    identityText({ namespace, scope: '', operation: name, key: '-' });
    const manner = this.mannerOf(options);
    return makeOperation(name, (input, call) =>
      this.settle({ ...call, operation: name, input }, run, manner),
    );
  }

  /**
   * Runs a function at most once for a key, and gives its recorded result ever after.
   *
   * Run twice: the same key gives the same result; the function is not run again.
   * @throws as {@link Operation} does.
   */
  async once<Value>(
    call: OnceCall,
    run: (attempt: Attempt) => Value | Promise<Value>,
    options: OperationOptions<unknown, Value> = {},
  ): Promise<Value> {
    const operation = this.operation(call.operation, (_input, attempt) => run(attempt), options);
    return operation(call.input, call);
  }

  /**
   * Runs a function and records its result in one transaction of the ledger's own database, which is
   * begun and committed here: its rows are written exactly once, whatever is killed. With SQLite the
   * function must be synchronous, so that nothing else gets into the transaction.
   *
   * Run twice: the same key gives the same result; the function is not run again.
   * @param db A connection, or pool, of the database that the ledger is in; or that of kysely, drizzle,
   * knex or Prisma, whose own transaction the function is given.
   * @param times How long things last, where it is not as the ledger has it.
   * @throws as {@link Operation} does, and what the function throws: then nothing is written.
   */
  transaction<Db extends object, Value>(
    db: Db & Begun<Db>,
    call: OnceCall,
    run: (tx: TransactionOf<Db>) => TransactionResult<Db, Value>,
    times: Times = {},
  ): Promise<Value> {
    return this.#transact<Db, TransactionOf<Db>, Value>(db, 'begin', call, run, times);
  }

  /**
   * The same inside a transaction of the caller's, who commits it.
   *
   * Run twice: the same key gives the same result; the function is not run again.
   * @throws as {@link Ledger.transaction} does; the caller then rolls back.
   */
  within<Db extends object, Value>(
    tx: Db & Joined<Db>,
    call: OnceCall,
    run: (tx: Db) => TransactionResult<Db, Value>,
    times: Times = {},
  ): Promise<Value> {
    return this.#transact<Db, Db, Value>(tx, 'join', call, run, times);
  }

  /**
   * Takes no more calls, waits for those that run, and closes the store.
   *
   * Run twice: the second call does nothing.
   * @param options.drain How long to wait; default 10 s. What runs on after that is told by its
   * signal; what it does is then `unknown`.
   */
  async close({ drain = '10s' }: { drain?: Duration } = {}): Promise<void> {
    const drainMs = durationMs(drain, 'drain');
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { leases, saver, store, surroundings } = this.#parts;
    await untilTold(this.#calls.idle(), undefined, { timers: surroundings.timers, ms: drainMs });
    leases.close();
    saver.close();
    await store.close();
  }

  async #transact<Db extends object, Tx, Value>(
    db: Db,
    mode: TransactionMode,
    { operation, key, scope = '', input, wait }: OnceCall,
    run: (tx: Tx) => TransactionResult<Db, Value>,
    own: Times,
  ): Promise<Value> {
    if (this.#isClosed) throw ledgerClosed();
    const { namespace } = this;
    const identity = { namespace, scope, operation, key };
    const times = timesOf(own, timesOf(this.#options));
    const callTimes = wait === undefined ? times : timesOf({ wait }, times);
    const call = keyedCall(identity, input, callTimes);
    const end = await settleInTransaction(db, mode, call, run, this.#parts);
    return doneOrThrow(settledOf<Value>(end, { codec: undefined })).value;
  }

  /** @internal */
  mannerOf<Input, Value>(options: OperationOptions<Input, Value>): Manner<Input, Value> {
    const { ifInterrupted = 'stop', steps = false, result: codec } = options;
    return { times: timesOf(options, timesOf(this.#options)), ifInterrupted, steps, codec };
  }

  /** @internal For callers whose function is another one in each call, of which an operation has one. */
  async settle<Input, Value>(
    { operation, input, key, scope = '', wait, signal }: OnceCall & { input: Input },
    run: Run<Input, Value>,
    manner: Manner<Input, Value>,
  ): Promise<Settled<Value>> {
    const { ifInterrupted, steps, codec } = manner;
    const identity = { namespace: this.namespace, scope, operation, key };
    const times = wait === undefined ? manner.times : timesOf({ wait }, manner.times);
    const keyed = keyedCall(identity, input, times);
    if (this.#isClosed) throw ledgerClosed();
    const { clock } = this.#parts.surroundings;
    const startedAt = clock.monotonic();
    const call = { ...keyed, ifInterrupted, steps, codec, run, signal } as unknown as Call;
    const settled = settledOrFailed<Value>(await this.#calls.settle(call), call);
    this.#parts.tellCall(call, settled, clock.monotonic() - startedAt);
    return settled;
  }
}
