/** The code of a system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined;
  if (isOverQuota(error)) return 'EDQUOT';
  // An AbortError has a code too: a number.
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Node has no name for this one: its code is "UNKNOWN" or "Unknown system error -122". */
function isOverQuota(error: Error & { code: unknown }): boolean {
  if (!('errno' in error && /^unknown/iu.test(String(error.code)))) return false;
  return error.errno === -process.getBuiltinModule('node:os').constants.errno.EDQUOT;
}

/** What went wrong, without the path and the system call that Node's message repeats. */
export function systemReason(error: unknown): string {
  if (errorCode(error) === 'EDQUOT') return 'disk quota exceeded';
  if (error instanceof Error && 'errno' in error && typeof error.errno === 'number') {
    const { getSystemErrorMessage } = process.getBuiltinModule('node:util');
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

/** The same function, but what the system throws in it comes as an {@link ItemError}. */
export function explained<A, B, T>(
  work: (a: A, b: B) => T | Promise<T>,
): (a: A, b: B) => T | Promise<T> {
  return (a, b) => {
    try {
      const result = work(a, b);
      return result instanceof Promise ? result.catch(rethrow) : result;
    } catch (error) {
      throw explain(error);
    }
  };
}

function rethrow(error: unknown): never {
  throw explain(error);
}

function explain(error: unknown): unknown {
  if (error instanceof ItemError || errorCode(error) === undefined) return error;
  return new ItemError(systemReason(error), error);
}
