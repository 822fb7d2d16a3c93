import { RuntwiceError } from '../../core/errors.ts';

/** What is wrong with what the user gave; nothing was served. */
export function usage(message: string, fix: string, cause?: unknown): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_USAGE', message, {
    fix,
    ...(cause !== undefined && { cause }),
  });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
