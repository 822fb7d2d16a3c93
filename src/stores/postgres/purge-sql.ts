/**
 * A batch of what may be due. Each row is judged by its own end: what is over is dropped, then
 * forgotten, and what was finished later than the claim foresaw is looked at again when its time has
 * come. Rows that another purge, or anybody, has locked are left to them. The reply: how many were
 * forgotten, how many results dropped, and how many are due, one more than the limit at most.
 */
export function purgeSql(table: string, s: string): string {
  const ended = 'l.id = batch.id AND l.state IN (1, 2, 3)';
  const over = '(l.finished_at + l.keep_ms <= s.now) IS TRUE';
  const forgotten = '(l.finished_at + l.keep_ms + l.remember_ms <= s.now) IS TRUE';
  return `WITH ${s}, due AS MATERIALIZED (
  SELECT l.id, l.codec IS NOT NULL AS has_result FROM ${table} AS l
  WHERE l.purge_after <= (SELECT now FROM s) AND l.state IN (1, 2, 3)
    AND l.id >= $1::bytea AND l.id < $2::bytea
  ORDER BY l.purge_after LIMIT $3::bigint + 1 FOR UPDATE SKIP LOCKED
), batch AS MATERIALIZED (
  SELECT * FROM due LIMIT $3
), gone AS (
  DELETE FROM ${table} AS l USING batch, s WHERE ${ended} AND ${forgotten} RETURNING 1
), kept AS (
  UPDATE ${table} AS l SET
    codec = CASE WHEN ${over} THEN NULL ELSE l.codec END,
    result = CASE WHEN ${over} THEN NULL ELSE l.result END,
    progress = CASE WHEN ${over} AND l.state <> 3 THEN '' ELSE l.progress END,
    purge_after = l.finished_at + l.keep_ms + CASE WHEN ${over} THEN l.remember_ms ELSE 0 END
  FROM batch, s WHERE ${ended} AND NOT ${forgotten}
  RETURNING batch.has_result AND l.codec IS NULL AS trimmed
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept WHERE trimmed),
  (SELECT count(*) FROM due)`;
}
