import type { Duration } from '../core/duration.ts';
import type { Done, Settled } from './result.ts';

/** What tells one call of an operation from another. */
export interface OperationCall {
  /** The same for the same thing to be done: an order's number, a message's id. */
  key: string;
  /** Whose key it is, such as a tenant; default none. Keys of different scopes never meet. */
  scope?: string;
  /** How long to wait for another call that is running with this key; default the operation's. */
  wait?: Duration;
  /** Ends this caller's waiting; the work, and others that wait for it, go on. */
  signal?: AbortSignal;
}

/** A function that is run at most once for each key. */
export interface Operation<Input, Value> {
  /**
   * The result for this key: the recorded one, or that of running the function now.
   *
   * Run twice: the same key gives the same result; the function is not run again.
   * @throws ERR_RUNTWICE_KEY_REUSED, ERR_RUNTWICE_BUSY, ERR_RUNTWICE_OUTCOME_UNKNOWN,
   * ERR_RUNTWICE_KEY_EXPIRED, ERR_RUNTWICE_RESULT_NOT_KEPT, ERR_RUNTWICE_STORE_UNAVAILABLE, and what
   * the function throws.
   */
  (input: Input, call: OperationCall): Promise<Value>;
  /**
   * The same, with how and when the result came about.
   *
   * Run twice: the second result is `replayed`.
   */
  run(input: Input, call: OperationCall): Promise<Done<Value>>;
  /**
   * The same without throwing for an outcome: only for arguments that cannot be used, a ledger that
   * is closed, and a signal that ended the waiting.
   *
   * Run twice: the second result is `replayed`.
   */
  settle(input: Input, call: OperationCall): Promise<Settled<Value>>;
  /** Its name. */
  readonly operation: string;
}

/** Gives a way to settle calls the three forms that callers use. */
export function makeOperation<Input, Value>(
  operation: string,
  settle: (input: Input, call: OperationCall) => Promise<Settled<Value>>,
): Operation<Input, Value> {
  const run = async (input: Input, call: OperationCall): Promise<Done<Value>> => {
    return doneOrThrow(await settle(input, call));
  };
  const plain = async (input: Input, call: OperationCall): Promise<Value> => {
    return doneOrThrow(await settle(input, call)).value;
  };
  return Object.assign(plain, { run, settle, operation });
}

/** The result; where there is none, what the call throws. */
export function doneOrThrow<Value>(settled: Settled<Value>): Done<Value> {
  if ('error' in settled) throw settled.error;
  return settled;
}
