import type { SqlClient, SqlRow, SqlStatement, SqlValue } from '../../clients/sql.ts';
import { explained, isTransient } from './errors.ts';

export type Ask = (statement: SqlStatement, values: SqlValue[]) => Promise<readonly SqlRow[]>;

/** So often may others come between one statement; more is no coincidence. */
export const MAX_TRIES = 20;

/** Sends statements; one that the server undid because of another is sent again. */
export function askOf(client: SqlClient): Ask {
  return async (statement, values) => {
    for (let tries = 1; ; tries++) {
      try {
        return await client.query(statement, values);
      } catch (error) {
        if (tries === MAX_TRIES || !isTransient(error)) throw explained(error);
      }
    }
  };
}
