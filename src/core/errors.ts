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
