// Parts of the statements. States are numbers, as in every store: 0 running, 1 done, 2 failed,
// 3 released, 4 unknown.
/** The running clock; `now()` stands still in a transaction. */
export const NOW = "(date_part('epoch', clock_timestamp()) * 1000)::bigint";

/** The record in the row `l`, and the time, as `replyOf` reads them. */
export function record(now: string): string {
  return `concat_ws(' ', ${now}, l.state, l.attempt, l.lease_until, l.first_at, l.started_at,
    l.finished_at, CASE WHEN l.state IN (1, 2) THEN l.finished_at + l.keep_ms ELSE 0 END) AS numbers,
    l.fingerprint, l.owner, l.progress, l.codec, l.result`;
}

/**
 * The statement's own settings, and the time. They hold for its transaction only, so that they work
 * through a pooler, too; whatever joins this is locked and written after them. What is locked
 * for longer than `lockMs` is given up.
 */
export function settings(lockMs: number): string {
  return `s AS MATERIALIZED (
  SELECT set_config('lock_timeout', '${lockMs}', true),
    set_config('synchronous_commit', 'on', true), ${NOW} AS now
)`;
}
