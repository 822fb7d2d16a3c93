import { mysqlErrno } from '../../clients/mysql-errno.ts';

/** Another statement holds the row for longer than is waited. */
export function isLockTimeout(error: unknown): boolean {
  return [1205, 3572].includes(mysqlErrno(error));
}

/** A deadlock, or a row that changed: the server undid all of it, and it may succeed now. */
export function isTransient(error: unknown): boolean {
  return [1213, 1020].includes(mysqlErrno(error));
}

/** The key is there already. */
export function isDuplicate(error: unknown): boolean {
  return mysqlErrno(error) === 1062;
}

export function isForbidden(error: unknown): boolean {
  return [1044, 1142, 1290].includes(mysqlErrno(error));
}

/** What a value was too long for, or the whole statement. */
const TOO_LONG = [1118, 1153, 1264, 1301, 1366, 1406];

/** An error that one of many values may have caused: without that one the others may do. */
export function isOfOne(error: unknown): boolean {
  return isLockTimeout(error) || TOO_LONG.includes(mysqlErrno(error));
}
