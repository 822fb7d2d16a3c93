import { sqlState } from '../../clients/sql-state.ts';
import { messageOf, unusable } from '../../once/store/problems.ts';

/** A lock was not to be had in time. */
export function isLockTimeout(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** Another transaction came between, and nothing was done: the same statement may succeed now. */
export function isTransient(error: unknown): boolean {
  return ['40001', '40P01'].includes(sqlState(error));
}

/** An error that one of many values may have caused: without that one the others may do. */
export function isOfOne(error: unknown): boolean {
  return /^(?:55P03|22|23|54)/.test(sqlState(error));
}

/** Whether the server knows nothing of a prepared statement, or knows it from somebody else. */
function isUnprepared(error: unknown): boolean {
  return ['26000', '42P05'].includes(sqlState(error));
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
  return sqlState(error) === '42501';
}
