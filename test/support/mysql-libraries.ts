// Query builders and ORMs on a database of MariaDB, as an application may have set them up.
import { sql as drizzleSql } from 'drizzle-orm';
import { mysqlTable, varchar } from 'drizzle-orm/mysql-core';
import { drizzle as drizzleOf } from 'drizzle-orm/mysql2';
import knexOf, { type Knex } from 'knex';
import {
  CamelCasePlugin,
  CompiledQuery,
  Kysely,
  type KyselyPlugin,
  MysqlDialect,
  type Transaction,
} from 'kysely';
import type { PoolOptions } from 'mysql2';
import { type Library, library, SHOUTING, type Tables } from './libraries.ts';
import type { Database } from './mysql.ts';

export type Open = (database: Database) => Library;

/** What an application may have set: numbers where a text looks so, and what counts as changed. */
const ODD: PoolOptions = {
  typeCast: (field, next) => (field.type === 'BLOB' ? field.string()?.length : next()),
  flags: ['-FOUND_ROWS'],
  namedPlaceholders: true,
};

function kysely(plugins: KyselyPlugin[], options?: PoolOptions): Open {
  return (database) => {
    const pool = database.callbackPool(options);
    const db = new Kysely<Tables>({ dialect: new MysqlDialect({ pool }), plugins });
    return library<Transaction<Tables>>({
      db,
      begin: (work) => db.transaction().execute(work),
      insert: (tx, id) => tx.insertInto('orders').values({ id }).execute(),
      run: (tx, statement) => tx.executeQuery(CompiledQuery.raw(statement)),
    });
  };
}

const orders = mysqlTable('orders', { id: varchar({ length: 99 }) });

function drizzle(options?: PoolOptions): Open {
  return (database) => {
    const db = drizzleOf({ client: database.callbackPool(options) });
    return library<Parameters<Parameters<typeof db.transaction>[0]>[0]>({
      db,
      begin: (work) => db.transaction(work),
      insert: (tx, id) => tx.insert(orders).values({ id }),
      run: (tx, statement) => tx.execute(drizzleSql.raw(statement)),
    });
  };
}

function knex(config: Knex.Config, options?: object): Open {
  return (database) => {
    const connection = { ...database.address, ...options } as Knex.MySql2ConnectionConfig;
    const db = knexOf({ client: 'mysql2', connection, pool: { min: 0, max: 4 }, ...config });
    return library<Knex.Transaction>({
      db,
      begin: (work) => db.transaction(async (tx) => work(tx)),
      insert: (tx, id) => tx('orders').insert({ id }),
      run: async (tx, statement) => tx.raw(statement),
      end: () => db.destroy(),
    });
  };
}

export const LIBRARIES: readonly { name: string; open: Open }[] = [
  { name: 'kysely', open: kysely([]) },
  { name: 'kysely with plugins', open: kysely([new CamelCasePlugin(), SHOUTING], ODD) },
  { name: 'drizzle', open: drizzle() },
  { name: 'drizzle with other settings', open: drizzle(ODD) },
  { name: 'knex', open: knex({}) },
  {
    name: 'knex with wrapIdentifier and postProcessResponse',
    open: knex(
      {
        wrapIdentifier: (value, wrap) => wrap(value.toLowerCase()),
        // So do those that rename columns without a look at what they are given.
        postProcessResponse: (reply) => (Array.isArray(reply) ? reply.map(copied) : reply),
      },
      ODD,
    ),
  },
];

function copied(part: unknown): unknown {
  return typeof part === 'object' && part !== null ? { ...part } : part;
}
