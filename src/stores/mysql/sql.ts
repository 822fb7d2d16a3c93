// The statements. Each is sent for one key, or for many whose values stand in a list; those of one key
// can be prepared. States are numbers, as in every store: 0 running, 1 done, 2 failed, 3 released,
// 4 unknown.

import { MARK } from '../../clients/handle.ts';

/** A DST change moves local time by a multiple of this. */
const HALF_HOUR = 1_800_000_000;

/**
 * The running clock in ms. A statement's UTC time stands still while it waits for a row; what has
 * passed since is told by local times, whose difference jumps when summer time ends: of it counts only
 * what is left of whole half hours.
 */
export const NOW: string = `((TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))
  + MOD(TIMESTAMPDIFF(MICROSECOND, NOW(6), SYSDATE(6)) + ${7 * (HALF_HOUR / 2)}, ${HALF_HOUR})
  - ${HALF_HOUR / 2}) DIV 1000)`;

const NUMBERS = `CONCAT_WS(' ', ${NOW}, state, attempt, lease_until, first_at, started_at, finished_at,
    CASE WHEN state IN (1, 2) THEN finished_at + keep_ms ELSE 0 END)`;
const TEXTS = ['fingerprint', 'owner', 'progress', 'codec', 'result'];

/** The record and the time as `replyOf` reads them, then the id. */
const RECORD = `${NUMBERS},
  ${TEXTS.join(', ')}, id`;

/** The same without the id, as one text. */
const RECORD_TEXT = `CONCAT('${MARK}', CONCAT_WS(',', ${NUMBERS},
  ${TEXTS.map((column) => `IFNULL(CONCAT('x', HEX(${column})), '-')`).join(', ')})) AS reply`;

const INSERTED = `(id, fingerprint, owner, state, attempt, started_at, first_at, lease_until,
  finished_at, progress, keep_ms, remember_ms, purge_after)`;

/** A row's values may use those before it in the list. */
const CLAIMED = `(?, ?, ?, 0, 1, ${NOW}, started_at, started_at + ?, 0, '', ?, ?, started_at + ?)`;
const TIMED = CLAIMED.replace(NOW, `LAST_INSERT_ID(${NOW})`);

/** Nobody's: there to be locked, and to be claimed by whoever comes. */
const FREE = `(?, ?, '', 3, 0, ${NOW}, started_at, started_at, started_at, '', ?, ?, started_at + ?)`;

const ENDED = '1, 2, 3';

/** The statements on a table. Where it says `marks`, a list of values is to be put. */
export interface Statements {
  readonly insert: string;
  readonly insertFree: string;
  readonly insertMany: (count: number) => string;
  readonly reclaim: string;
  readonly read: string;
  readonly readLocked: string;
  /** The same two, for libraries. */
  readonly readText: string;
  readonly readLockedText: string;
  readonly readMany: (count: number) => string;
  readonly update: string;
  readonly updateMany: (count: number) => string;
  readonly renew: (count: number) => string;
  readonly remove: string;
}

/**
 * `table` is quoted. MariaDB's reply to an insert is what is there afterwards, also where nothing was
 * inserted; to MySQL an insert of a key that is there is an error.
 */
export function statementsOf(table: string, isMaria: boolean, lockMs: number): Statements {
  // MariaDB counts in whole seconds, and 0 is not to wait at all.
  const wait = isMaria
    ? `SET STATEMENT innodb_lock_wait_timeout=${Math.round(lockMs / 1000)} FOR `
    : '';
  const insert = `${wait}INSERT INTO ${table} ${INSERTED} VALUES `;
  const orRead = `ON DUPLICATE KEY UPDATE id = id${isMaria ? ` RETURNING ${RECORD}` : ''}`;
  const own = (alias: string) => `${alias}state IN (0, 4)`;
  const read = `SELECT ${RECORD} FROM ${table}`;
  const readText = `SELECT ${RECORD_TEXT} FROM ${table} WHERE id = ?`;
  return {
    insert: isMaria ? `${insert}${CLAIMED} ${orRead}` : `${insert}${TIMED}`,
    insertFree: `${insert}${FREE} ON DUPLICATE KEY UPDATE id = id`,
    insertMany: (count) => `${insert}${times(count, CLAIMED)} ${orRead}`,
    // Only where all is still as it was seen.
    reclaim: `${wait}UPDATE ${table} SET fingerprint = ?, owner = ?, state = 0, attempt = attempt + 1,
      started_at = ${NOW}, lease_until = ${NOW} + ?, finished_at = 0, codec = NULL, result = NULL,
      keep_ms = ?, remember_ms = ?, purge_after = ${NOW} + ?
      WHERE id = ? AND owner = ? AND state = ? AND attempt = ? AND lease_until = ?`,
    read: `${read} WHERE id = ?`,
    readLocked: `${wait}${read} WHERE id = ? FOR UPDATE`,
    readText,
    readLockedText: `${wait}${readText} FOR UPDATE`,
    readMany: (count) => `${read} WHERE id IN (${times(count, '?')})`,
    update: `${wait}UPDATE ${table} SET state = ?, progress = COALESCE(?, progress), codec = ?,
      result = ?, finished_at = ? * LAST_INSERT_ID(${NOW}) WHERE id = ? AND owner = ? AND ${own('')}`,
    // All of them at one time, which the reply says.
    updateMany: (count) => `${wait}UPDATE (SELECT ${NOW} AS now) AS n STRAIGHT_JOIN
      ${listed(UPDATED, count)} STRAIGHT_JOIN
      ${table} AS t FORCE INDEX (PRIMARY) ON t.id = i.id AND t.owner = i.owner
      SET t.state = i.state, t.progress = COALESCE(i.progress, t.progress), t.codec = i.codec,
      t.result = i.result, t.finished_at = LAST_INSERT_ID(n.now) WHERE ${own('t.')}`,
    renew: (count) => `${wait}UPDATE ${listed(['id', 'owner', 'lease_ms'], count)} STRAIGHT_JOIN
      ${table} AS t FORCE INDEX (PRIMARY) ON t.id = i.id AND t.owner = i.owner
      SET t.lease_until = ${NOW} + i.lease_ms WHERE ${own('t.')}`,
    remove: `${wait}DELETE FROM ${table} WHERE id = ? AND owner = ?`,
  };
}

const UPDATED = ['id', 'owner', 'state', 'progress', 'codec', 'result'];

/** A list of values as a table `i`. */
function listed(columns: readonly string[], count: number): string {
  const first = `SELECT ${columns.map((column) => `? AS ${column}`).join()}`;
  const next = ` UNION ALL SELECT ${columns.map(() => '?').join()}`;
  return `(${first}${next.repeat(count - 1)}) AS i`;
}

export function times(count: number, part: string): string {
  return Array.from({ length: count }, () => part).join();
}

/** What the command line and the purge ask. */
export interface AdminStatements {
  readonly now: string;
  readonly list: (conditions: readonly string[]) => string;
  readonly isOlder: string;
  readonly stats: string;
  readonly due: string;
  readonly forget: (count: number) => string;
  readonly trim: (count: number) => string;
  readonly lookAgain: (count: number) => string;
}

export function adminStatements(table: string): AdminStatements {
  const inRange = 'id >= ? AND id < ?';
  const due = `purge_after <= ${NOW} AND state IN (${ENDED}) AND ${inRange}`;
  const over = `finished_at + keep_ms <= ${NOW}`;
  const batch = (count: number) => `id IN (${times(count, '?')}) AND state IN (${ENDED})`;
  const update = `UPDATE ${table} FORCE INDEX (PRIMARY) SET progress = IF(${over} AND state <> 3, '', progress),`;
  return {
    now: `SELECT ${NOW}`,
    list: (conditions: readonly string[]) =>
      `SELECT ${RECORD} FROM ${table} WHERE ${[inRange, ...conditions].join(' AND ')} ORDER BY id LIMIT ?`,
    isOlder: `started_at <= ${NOW} - ?`,
    stats: `SELECT state, COUNT(*) FROM ${table} WHERE ${inRange} GROUP BY state`,
    due: `SELECT id FROM ${table} FORCE INDEX (by_purge_after) WHERE ${due} ORDER BY purge_after LIMIT ?`,
    forget: (count: number) =>
      `DELETE t FROM ${table} AS t FORCE INDEX (PRIMARY) WHERE ${batch(count)}
       AND finished_at + keep_ms + remember_ms <= ${NOW}`,
    trim: (count: number) =>
      `${update} codec = NULL, result = NULL, purge_after = finished_at + keep_ms + remember_ms
       WHERE ${batch(count)} AND ${over} AND codec IS NOT NULL`,
    lookAgain: (count: number) =>
      `${update} purge_after = finished_at + keep_ms + IF(${over}, remember_ms, 0) WHERE ${batch(count)}`,
  };
}
