import { messageOf, unusable } from '../../once/store/problems.ts';

/** PostgreSQL's code for an error, whichever client brought it. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return String(error.code);
}

/** A lock was not to be had in time. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03';
}

/** Another transaction came between, and nothing was done: the same statement may succeed now. */
export function isTransient(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error));
}

/** An error that one of many values may have caused: without that one the others may do. */
export function isOfOne(error: unknown): boolean {
  return /^(?:55P03|22|23|54)/.test(codeOf(error));
}

/** Whether the server knows nothing of a prepared statement, or knows it from somebody else. */
function isUnprepared(error: unknown): boolean {
  return ['26000', '42P05'].includes(codeOf(error));
}

/** The error with what to do about it, where that is known. */
export function explained(error: unknown): unknown {
  if (!isUnprepared(error)) return error;
  return unusable(
    `something between here and PostgreSQL mixes up prepared statements: ${messageOf(error)}`,
    'Give the store prepare: false: PgBouncer before 1.21 needs it in transaction mode.',
    error,
  );
}

export function isForbidden(error: unknown): boolean {
  return codeOf(error) === '42501';
}
