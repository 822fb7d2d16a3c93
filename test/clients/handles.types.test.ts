// Wrong use does not compile: `npm run typecheck` fails where one of these lines does.

import type { ExtractTablesWithRelations } from 'drizzle-orm';
import type { NodePgDatabase, NodePgTransaction } from 'drizzle-orm/node-postgres';
import type { PostgresJsDatabase, PostgresJsTransaction } from 'drizzle-orm/postgres-js';
import type { Knex } from 'knex';
import type { Kysely, Transaction } from 'kysely';
import type { Pool as MysqlPool } from 'mysql2/promise';
import type pg from 'pg';
import { describe, expectTypeOf, it } from 'vitest';
import { createLedger, memoryStore } from '../../src/index.ts';

const ledger = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
const CALL = { operation: 'place', key: 'order-1', input: null };

interface Tables {
  orders: { id: string };
}
type Schema = Record<string, never>;

/** Compiled, and never run. */
function compiled(_use: () => void): void {}

declare const kysely: Kysely<Tables>;
declare const kyselyTx: Transaction<Tables>;
declare const drizzle: NodePgDatabase & { $client: pg.Pool };
declare const drizzleTx: NodePgTransaction<Schema, ExtractTablesWithRelations<Schema>>;
declare const drizzleJs: PostgresJsDatabase;
declare const drizzleJsTx: PostgresJsTransaction<Schema, ExtractTablesWithRelations<Schema>>;
declare const knex: Knex;
declare const knexTx: Knex.Transaction;
declare const pool: pg.Pool;
declare const mysql: MysqlPool;

describe('the types of a transaction', () => {
  it('are those of the library that begins it', () => {
    compiled(() => {
      ledger.transaction(kysely, CALL, async (tx) => {
        expectTypeOf(tx).toEqualTypeOf<Transaction<Tables>>();
      });
      drizzle.transaction(async (own) => {
        await ledger.transaction(drizzle, CALL, async (tx) => {
          expectTypeOf(tx).toEqualTypeOf(own);
          expectTypeOf(tx.rollback).returns.toEqualTypeOf<never>();
        });
      });
      drizzleJs.transaction(async (own) => {
        await ledger.transaction(drizzleJs, CALL, async (tx) => {
          expectTypeOf(tx).toEqualTypeOf(own);
        });
      });
      ledger.transaction(knex, CALL, async (tx) => {
        expectTypeOf(tx).toEqualTypeOf<Knex.Transaction>();
      });
    });
  });

  it('are those of the client, where it is one', () => {
    compiled(() => {
      ledger.transaction(pool, CALL, async (tx) => expectTypeOf(tx).toEqualTypeOf<pg.Pool>());
      ledger.transaction(mysql, CALL, async (tx) => expectTypeOf(tx).toEqualTypeOf<MysqlPool>());
    });
  });

  it('are those of the transaction that is joined', () => {
    compiled(() => {
      ledger.within(kyselyTx, CALL, async (tx) => expectTypeOf(tx).toEqualTypeOf(kyselyTx));
      ledger.within(drizzleTx, CALL, async (tx) => expectTypeOf(tx).toEqualTypeOf(drizzleTx));
      ledger.within(drizzleJsTx, CALL, async (tx) => expectTypeOf(tx).toEqualTypeOf(drizzleJsTx));
      ledger.within(knexTx, CALL, async (tx) => expectTypeOf(tx).toEqualTypeOf(knexTx));
      const value = ledger.within(kyselyTx, CALL, async () => 5);
      expectTypeOf(value).resolves.toEqualTypeOf<number>();
    });
  });

  it('refuse to join what is no transaction', () => {
    compiled(() => {
      // @ts-expect-error a database
      ledger.within(kysely, CALL, async () => 1);
      // @ts-expect-error a database
      ledger.within(drizzle, CALL, async () => 1);
      // @ts-expect-error a database
      ledger.within(drizzleJs, CALL, async () => 1);
      // @ts-expect-error a database
      ledger.within(knex, CALL, async () => 1);
    });
  });

  it('refuse to begin what is begun', () => {
    compiled(() => {
      // @ts-expect-error a transaction
      ledger.transaction(kyselyTx, CALL, async () => 1);
      // @ts-expect-error a transaction
      ledger.transaction(drizzleTx, CALL, async () => 1);
      // @ts-expect-error a transaction
      ledger.transaction(knexTx, CALL, async () => 1);
    });
  });
});
