import { type SqlStatement, statement } from '../../clients/sql.ts';
import { purgeSql } from './purge-sql.ts';
import { NOW, record, settings } from './sql-parts.ts';
import {
  claimManySql,
  claimOneSql,
  renewSql,
  takeOverSql,
  updateManySql,
  updateOneSql,
} from './write-sql.ts';

/** Everything that is asked of one table. The numbers of the places are those of the values. */
export interface Statements {
  readonly claimOne: SqlStatement;
  readonly claimMany: SqlStatement;
  readonly takeOver: SqlStatement;
  readonly updateOne: SqlStatement;
  readonly updateMany: SqlStatement;
  readonly renew: SqlStatement;
  readonly read: SqlStatement;
  readonly list: SqlStatement;
  readonly stats: SqlStatement;
  readonly remove: SqlStatement;
  readonly purge: SqlStatement;
}

/** One that is shared gives up sooner: who waits for a lock holds up the others. */
const SHARED_LOCK_MS = 100;

/** `table` is quoted. Each stage is prepared, and planned, apart from the others. */
export function statementsOf(table: string, lockMs: number, stage = 0): Statements {
  const planned = (kind: string, text: string) =>
    statement(kind, stage === 0 ? text : `${text} /* ${stage} */`);
  const alone = settings(lockMs);
  const shared = settings(Math.min(lockMs, SHARED_LOCK_MS));
  return {
    claimOne: planned('claim', claimOneSql(table, alone)),
    claimMany: planned('claims', claimManySql(table, shared)),
    takeOver: planned('takeover', takeOverSql(table, alone)),
    updateOne: planned('update', updateOneSql(table, alone)),
    updateMany: planned('updates', updateManySql(table, shared)),
    renew: planned('renew', renewSql(table, alone)),
    read: statement('read', `SELECT ${record(NOW)} FROM ${table} AS l WHERE l.id = $1`),
    list: statement('list', listSql(table)),
    stats: statement(
      'stats',
      `SELECT state, count(*) FROM ${table} WHERE id >= $1 AND id < $2 GROUP BY state`,
    ),
    remove: statement('remove', removeSql(table, alone)),
    purge: statement('purge', purgeSql(table, alone)),
  };
}

/** A row of nothing but the time where no record is found. */
function listSql(table: string): string {
  return `SELECT ${record('n.now')}, l.id
FROM (SELECT ${NOW} AS now) AS n LEFT JOIN LATERAL (
  SELECT * FROM ${table} AS l
  WHERE l.id >= $1::bytea AND l.id < $2::bytea
    AND ($3::smallint[] IS NULL OR l.state = ANY ($3))
    AND ($4::bigint IS NULL OR l.started_at <= n.now - $4)
  ORDER BY l.id LIMIT $5::bigint
) AS l ON true
ORDER BY l.id`;
}

function removeSql(table: string, s: string): string {
  return `WITH ${s} DELETE FROM ${table} AS l USING s WHERE l.id = $1 AND l.owner = $2 RETURNING 1`;
}
