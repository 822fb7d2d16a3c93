import type { MysqlReply, MysqlSql, MysqlValue } from '../../clients/mysql.ts';
import { isTransient } from './errors.ts';
import type { Statements } from './sql.ts';

/** So often may others come between one statement; more is no coincidence. */
export const MAX_TRIES = 20;

/** A table of a server, and how it is asked. */
export interface Place {
  readonly sql: MysqlSql;
  readonly statements: Statements;
  readonly isMaria: boolean;
}

/** Has a statement that the server undid because of another sent again. */
export function retrying(sql: MysqlSql): MysqlSql {
  return {
    execute: (text, values) => untilDone(() => sql.execute(text, values)),
    query: (text, values: MysqlValue[]) => untilDone(() => sql.query(text, values)),
  };
}

async function untilDone(send: () => Promise<MysqlReply>): Promise<MysqlReply> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (tries === MAX_TRIES || !isTransient(error)) throw error;
    }
  }
}
