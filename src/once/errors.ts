import { RuntwiceError } from '../core/errors.ts';

const FINAL = Symbol.for('runtwice.final-error');
const NOTHING = Symbol.for('runtwice.nothing-happened');

/**
 * Thrown by an operation whose failure is its result: it is recorded, and everybody who comes with
 * the key gets it, such as a card that was declined for good.
 *
 * Run twice: the recorded failure is thrown again; the operation is not run.
 */
export class FinalError extends Error {
  override readonly name: string = 'FinalError';
  /** Further facts, recorded with it: plain JSON. */
  readonly data: unknown;

  constructor(message: string, options: { data?: unknown; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.data = options.data;
    Object.defineProperty(this, FINAL, { value: true });
  }
}

/**
 * Thrown by an operation that knows that its effect did not happen: the key is free again.
 *
 * Run twice: the next call with the key runs the operation.
 */
export class NothingHappened extends Error {
  override readonly name: string = 'NothingHappened';
  /** The next attempt's `keyFor` gives other keys: the remote would replay its refusal for these. */
  readonly newRemoteKey: boolean;

  constructor(message: string, options: { newRemoteKey?: boolean; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.newRemoteKey = options.newRemoteKey ?? false;
    Object.defineProperty(this, NOTHING, { value: true });
  }
}

export function isFinalError(error: unknown): error is FinalError {
  return typeof error === 'object' && error !== null && FINAL in error;
}

export function isNothingHappened(error: unknown): error is NothingHappened {
  return typeof error === 'object' && error !== null && NOTHING in error;
}

/** What Node's network says where no connection was made, so that nothing can have been sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether an error says by itself that no connection was made; looks into causes and collections. */
export function isNeverConnected(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 8) return false;
  if ('code' in error && typeof error.code === 'string' && NOT_CONNECTED.has(error.code)) {
    return true;
  }
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.every((inner) => isNeverConnected(inner, depth + 1));
  }
  return 'cause' in error && isNeverConnected(error.cause, depth + 1);
}

/** A word of a command line, quoted where a shell would take it apart. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function ledgerClosed(): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_LEDGER_CLOSED', 'the ledger is closed', {
    fix: 'Nothing was run. Close the ledger after the last call.',
  });
}

export function storeUnavailable(store: string, cause: unknown): RuntwiceError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new RuntwiceError(
    'ERR_RUNTWICE_STORE_UNAVAILABLE',
    `the ${store} store cannot be used: ${why}`,
    { fix: 'Nothing was run. Call again when the store answers.', cause },
  );
}

/** What `what` returned could not be recorded. */
export function resultNotKept(what: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_RESULT_NOT_KEPT',
    `${what} is done, but its result could not be recorded`,
    {
      fix: 'Nothing was run again. Look its effect up; return less, or plain values, to have them kept.',
    },
  );
}
