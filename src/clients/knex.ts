import type { Handle, HandleValue } from './handle.ts';

/** The part of knex that is used: what `knex()` returns, or a transaction. */
export interface KnexHandle {
  readonly isTransaction?: boolean;
  raw(sql: string, bindings: HandleValue[]): PromiseLike<unknown>;
  transaction(work: (tx: KnexHandle) => Promise<void>): Promise<unknown>;
}

export function knexHandle(knex: KnexHandle): Handle {
  return {
    library: 'knex',
    isTransaction: knex.isTransaction === true,
    query: (text, values) => knex.raw(inKnex(text), values),
    begin: (work) => knex.transaction(work),
  };
}

/** Knex numbers the places itself: each value has one, in their order. */
function inKnex(text: string): string {
  return text.replaceAll(/\$\d+/g, '?');
}
