// What stores in servers say when something is wrong.
import { RuntwiceError } from '../../core/errors.ts';

export function unusable(why: string, fix: string, cause?: unknown): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_STORE_UNAVAILABLE', why, {
    fix,
    ...(cause !== undefined && { cause }),
  });
}

/**
 * What an error says, to be put into a sentence; one of several addresses that all failed says it in
 * its parts.
 */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map(messageOf).join('; ');
  }
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}

/** Others changed a row each time before a statement came to it. */
export function overtaken(id: string | undefined): Error {
  return new Error(`the key ${JSON.stringify(id)} is changed all the time`);
}

/** For the caller whose transaction it was; `isHeld`: another transaction has the key for too long. */
export function transactionUndone(isHeld: boolean, cause: unknown): RuntwiceError {
  return new RuntwiceError(
    isHeld ? 'ERR_RUNTWICE_BUSY' : 'ERR_RUNTWICE_RETRY_TRANSACTION',
    isHeld
      ? 'another transaction holds the key'
      : 'the server undid the transaction because of another one',
    { fix: 'Roll back, and begin the transaction again.', cause },
  );
}
