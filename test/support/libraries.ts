// Query builders and ORMs on a database of PostgreSQL, as an application may have set them up.
import { sql as drizzleSql } from 'drizzle-orm';
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { drizzle as drizzleJs } from 'drizzle-orm/postgres-js';
import knexOf, { type Knex } from 'knex';
import {
  CamelCasePlugin,
  CompiledQuery,
  Kysely,
  type KyselyPlugin,
  ParseJSONResultsPlugin,
  PostgresDialect,
  type Transaction,
} from 'kysely';
import type pg from 'pg';
import type { Database } from './postgres.ts';

/** What the tests do with any of them. */
export interface Library<Tx extends object = object> {
  readonly db: object;
  /** By the library's own means, in its own transaction. */
  begin<Value>(work: (tx: Tx) => Promise<Value>, isolation?: 'serializable'): Promise<Value>;
  insert(tx: Tx, id: string): Promise<unknown>;
  /** Sends a statement as it is. */
  run(tx: Tx, statement: string): Promise<unknown>;
  end?(): Promise<unknown>;
}

export type Open = (database: Database) => Library;

/** They are for any transaction here, each of its own library. */
export function library<Tx extends object>(made: Library<Tx>): Library {
  return made as unknown as Library;
}

export interface Tables {
  orders: { id: string };
}

/** What an application may have made of all its texts: JSON and numbers where they look so. */
const PARSING = {
  getTypeParser: () => (value: string) => {
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  },
};

/** What an application may have made of all its replies. */
export const SHOUTING: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: async ({ result }) => ({ ...result, rows: result.rows.map(shouted) as never }),
};

function shouted(row: object): object {
  const entries = Object.entries(row).map(([name, value]) => [
    name.toUpperCase(),
    typeof value === 'string' ? value.toUpperCase() : value,
  ]);
  return Object.fromEntries(entries.reverse());
}

/** Where a connection is lost between two statements, pg ends a process that does not listen. */
function poolOf(database: Database, types: typeof PARSING | undefined): pg.Pool {
  const pool = database.pool({ max: 10, ...(types && { types }) });
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function kysely(plugins: KyselyPlugin[], types?: typeof PARSING): Open {
  return (database) => {
    const pool = poolOf(database, types);
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }), plugins });
    return library<Transaction<Tables>>({
      db,
      begin: (work, isolation = 'read committed' as never) =>
        db.transaction().setIsolationLevel(isolation).execute(work),
      insert: (tx, id) => tx.insertInto('orders').values({ id }).execute(),
      run: (tx, statement) => tx.executeQuery(CompiledQuery.raw(statement)),
    });
  };
}

const orders = pgTable('orders', { id: text() });

function drizzleOnPg(types?: typeof PARSING): Open {
  return (database) => {
    const client = poolOf(database, types);
    const db = drizzlePg({ client, casing: 'snake_case' });
    return library<Parameters<Parameters<typeof db.transaction>[0]>[0]>({
      db,
      begin: (work, isolationLevel = 'read committed' as never) =>
        db.transaction(work, { isolationLevel }),
      insert: (tx, id) => tx.insert(orders).values({ id }),
      run: (tx, statement) => tx.execute(drizzleSql.raw(statement)),
    });
  };
}

const drizzleOnJs: Open = (database) => {
  const db = drizzleJs({ client: database.js({ max: 10 }) });
  return library<Parameters<Parameters<typeof db.transaction>[0]>[0]>({
    db,
    begin: (work, isolationLevel = 'read committed' as never) =>
      db.transaction(work, { isolationLevel }),
    insert: (tx, id) => tx.insert(orders).values({ id }),
    run: (tx, statement) => tx.execute(drizzleSql.raw(statement)),
  });
};

function knex(config: Knex.Config, types?: typeof PARSING): Open {
  return (database) => {
    const connection = { ...database.address, ...(types && { types }) };
    const db = knexOf({ client: 'pg', connection, pool: { min: 0, max: 10 }, ...config });
    return library<Knex.Transaction>({
      db,
      begin: (work, isolationLevel = 'read committed' as never) =>
        db.transaction(async (tx) => work(tx), { isolationLevel }),
      insert: (tx, id) => tx('orders').insert({ id }),
      run: async (tx, statement) => tx.raw(statement),
      end: () => db.destroy(),
    });
  };
}

export const LIBRARIES: readonly { name: string; open: Open }[] = [
  { name: 'kysely', open: kysely([]) },
  {
    name: 'kysely with plugins and parsers',
    open: kysely([new CamelCasePlugin(), new ParseJSONResultsPlugin(), SHOUTING], PARSING),
  },
  { name: 'drizzle on pg', open: drizzleOnPg() },
  { name: 'drizzle on pg with parsers', open: drizzleOnPg(PARSING) },
  { name: 'drizzle on postgres.js', open: drizzleOnJs },
  { name: 'knex', open: knex({}) },
  {
    name: 'knex with wrapIdentifier, postProcessResponse and parsers',
    open: knex(
      {
        wrapIdentifier: (value, wrap) => wrap(value.toLowerCase()),
        postProcessResponse: (reply) =>
          Array.isArray(reply.rows) ? { ...reply, rows: reply.rows.map(renamed) } : reply,
      },
      PARSING,
    ),
  },
];

function renamed(row: object): object {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [`${name}_`, value]));
}
