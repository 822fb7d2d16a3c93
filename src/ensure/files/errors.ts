import { getSystemErrorMessage } from 'node:util';

/** The code of a system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** What went wrong, without the path and the system call that Node's message repeats. */
export function systemReason(error: unknown): string {
  if (error instanceof Error && 'errno' in error && typeof error.errno === 'number') {
    return getSystemErrorMessage(error.errno) ?? error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The destination is full or cannot be written at all: other items would fail in the same way. */
const FATAL = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/** An item's failure in words for people ("no space left on device"), with the system's as cause. */
export class ItemError extends Error {
  readonly isFatal: boolean;

  constructor(message: string, cause?: unknown, isFatal?: boolean) {
    super(message, cause === undefined ? undefined : { cause });
    this.isFatal = isFatal ?? FATAL.has(errorCode(cause) ?? '');
  }
}

/** Does the work, and turns what the system throws into an {@link ItemError}. */
export function explained<T>(work: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = work();
    return result instanceof Promise
      ? result.catch((error: unknown) => {
          throw explain(error);
        })
      : result;
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof ItemError || errorCode(error) === undefined) return error;
  return new ItemError(systemReason(error), error);
}
