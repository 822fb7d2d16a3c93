import type { Handle, HandleValue } from './handle.ts';

/** The part of kysely that is used: a `Kysely`, or a `Transaction`. */
export interface KyselyHandle {
  readonly isTransaction: boolean;
  /** The same, without what plugins make of names and values. */
  withoutPlugins(): KyselyHandle;
  executeQuery(query: KyselyQuery): Promise<unknown>;
  transaction(): KyselyTransaction;
}

export interface KyselyTransaction {
  execute(work: (tx: KyselyHandle) => Promise<void>): Promise<unknown>;
}

/** What `CompiledQuery.raw()` makes. */
export interface KyselyQuery {
  readonly sql: string;
  readonly parameters: readonly HandleValue[];
  readonly query: {
    readonly kind: 'RawNode';
    readonly sqlFragments: readonly string[];
    readonly parameters: readonly [];
  };
  readonly queryId: { readonly queryId: string };
}

export function kyselyHandle(db: KyselyHandle): Handle {
  return {
    library: 'kysely',
    isTransaction: db.isTransaction,
    query: (sql, parameters) =>
      db.withoutPlugins().executeQuery({
        sql,
        parameters,
        query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] },
        queryId: { queryId: 'runtwice' },
      }),
    begin: (work) => db.transaction().execute(work),
  };
}
