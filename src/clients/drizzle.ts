import type { Handle, HandleValue } from './handle.ts';

/** The part of drizzle that is used: a database for PostgreSQL, or a transaction of one. */
export interface DrizzleHandle {
  execute(query: DrizzleQuery): PromiseLike<unknown>;
  transaction(work: (tx: DrizzleHandle) => Promise<void>): Promise<unknown>;
  /** Only a transaction has it. */
  rollback?(): never;
}

/** Drizzle's `SQLWrapper`, of a query with its values that is written out already. */
export interface DrizzleQuery {
  getSQL(): { toQuery(): { sql: string; params: HandleValue[] } };
}

export function drizzleHandle(db: DrizzleHandle): Handle {
  return {
    library: 'drizzle',
    isTransaction: typeof db.rollback === 'function',
    query: (sql, params) => db.execute({ getSQL: () => ({ toQuery: () => ({ sql, params }) }) }),
    begin: (work) => db.transaction(work),
  };
}
