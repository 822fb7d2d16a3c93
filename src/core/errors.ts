/** Every error code, with what it means. The same set as in docs/errors.md, held by a test. */
export const ERROR_CODES = {
  ERR_RUNTWICE_INVALID_ARGUMENT: 'An argument or option has a value that cannot be used.',
  ERR_RUNTWICE_USAGE: 'The command line could not be understood.',
  ERR_RUNTWICE_SOURCE_MISSING: 'A source that was named does not exist.',
  ERR_RUNTWICE_LIST_UNREADABLE: 'The list of files to export could not be read.',
  ERR_RUNTWICE_OUTPUT_UNWRITABLE: 'A file that the command was told to write cannot be written.',
  ERR_RUNTWICE_DESTINATION_UNUSABLE: 'The destination is no folder, or cannot be made or read.',
  ERR_RUNTWICE_DESTINATION_IN_SOURCE: 'The destination is the source folder or lies inside it.',
  ERR_RUNTWICE_INTERNAL: 'A fault in runtwice itself.',
  ERR_RUNTWICE_ITEMS_FAILED: 'The list of items ended with an error before its end.',
  ERR_RUNTWICE_KEY_REUSED: 'The key was used with another input.',
  ERR_RUNTWICE_BUSY: 'Somebody else is working on the key.',
  ERR_RUNTWICE_OUTCOME_UNKNOWN: 'An attempt ended without saying whether its effect happened.',
  ERR_RUNTWICE_KEY_EXPIRED: 'The key was finished, and its result is no longer kept.',
  ERR_RUNTWICE_RESULT_NOT_KEPT: 'The operation is done, but its result could not be recorded.',
  ERR_RUNTWICE_LEASE_LOST: 'The attempt no longer has its key.',
  ERR_RUNTWICE_CALLED_BY_ITSELF: 'An operation called itself with its own key.',
  ERR_RUNTWICE_STEP_REPEATED: 'An attempt has two steps of one name.',
  ERR_RUNTWICE_TOO_MANY_STEPS: 'A record has no room for another step.',
  ERR_RUNTWICE_STORE_UNAVAILABLE: 'The store cannot be used.',
  ERR_RUNTWICE_STORE_FULL: 'The store has no room for another key.',
  ERR_RUNTWICE_STORE_TOO_WEAK: 'The store keeps less than is required.',
  ERR_RUNTWICE_RETRY_TRANSACTION: 'The database undid the transaction because of another.',
  ERR_RUNTWICE_RECORD_TOO_NEW: 'A newer version of runtwice wrote the record.',
  ERR_RUNTWICE_LEDGER_CLOSED: 'The ledger is closed.',
  ERR_RUNTWICE_KEY_NOT_FOUND: 'Nothing is known of the key.',
  ERR_RUNTWICE_KEY_NOT_UNKNOWN: 'Only an unknown outcome can be resolved.',
  ERR_RUNTWICE_KEY_NOT_ENDED: 'What is running or unknown is not forgotten unless forced.',
  ERR_RUNTWICE_REQUEST_FAILED: 'A request had no whole answer.',
  ERR_RUNTWICE_ADDRESS_UNUSABLE: 'The address to listen on cannot be used.',
  ERR_RUNTWICE_NOT_SAFE: 'What was checked is not known to be safe to run twice.',
} as const;

/** A stable name for what went wrong. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What an error knows beyond its message. */
export interface ErrorOptions {
  /** What to do about it, as a sentence. */
  fix: string;
  /** The facts, for programs. */
  data?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

const BRAND = Symbol.for('runtwice.error');

/** The one error class: `code` is stable, `message` says what happened, `fix` what to do. */
export class RuntwiceError extends Error {
  override readonly name = 'RuntwiceError';
  readonly code: ErrorCode;
  readonly fix: string;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: ErrorOptions) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.fix = options.fix;
    this.data = options.data ?? {};
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True for an error of runtwice (of that code, if given), also one from another copy of the package. */
export function isRuntwiceError(error: unknown, code?: ErrorCode): error is RuntwiceError {
  if (typeof error !== 'object' || error === null || !(BRAND in error)) return false;
  return code === undefined || ('code' in error && error.code === code);
}
