import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MysqlPromiseClient } from '../../../src/clients/mysql.ts';
import { isRuntwiceError } from '../../../src/core/errors.ts';
import {
  type MysqlStoreOptions,
  mysqlSchema,
  mysqlStore,
} from '../../../src/stores/mysql/index.ts';
import { Database, isMysqlThere } from '../../support/mysql.ts';
import { claimOf } from '../../support/requests.ts';

/** Why the store does not open, and what to do about it. */
async function refusal(client: MysqlPromiseClient, options?: MysqlStoreOptions): Promise<string> {
  const error: unknown = await mysqlStore(client, options).catch((cause: unknown) => cause);
  if (!isRuntwiceError(error)) throw new Error(`no RuntwiceError: ${error}`);
  return `${error.code} ${error.message}. ${error.fix}`;
}

/** A server that says this of itself, and has the right table. */
function serverThatSays(facts: readonly string[], db: Database): MysqlPromiseClient {
  const pool = db.pool();
  return {
    execute: (query) => pool.execute(query),
    query: async (query) =>
      query.sql.includes('VERSION()') ? [[[...facts, 'test']], []] : pool.query(query),
  };
}

describe('the name of the table', () => {
  it.each(['a', 'runtwice_ledger', 'app.ledger', '_1', 'A'.repeat(64)])('may be %s', (table) => {
    expect(mysqlSchema(table)).toContain(`\`${table.split('.').at(-1)}\` (`);
  });

  it.each(['', 'a b', 'a`b', '1a', 'a.b.c', '.a', 'a;', 'é', 'a'.repeat(65), 'a\n'])(
    'may not be %j',
    (table) => {
      expect(() => mysqlSchema(table)).toThrow('is no name');
    },
  );
});

it('a client of something else is refused, and so is none', async () => {
  for (const client of [{}, null, { query: 1 }]) {
    await expect(mysqlStore(client as never)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
    });
  }
});

describe.runIf(await isMysqlThere('what servers are refused'))('a server', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  it('is refused where it cannot be reached; the password is not said', async () => {
    const pool = mysql.createPool({ ...db.address, port: 1, password: 'secret' });
    const said = await refusal(pool);
    expect(said).toMatch(/^ERR_RUNTWICE_STORE_UNAVAILABLE .*ECONNREFUSED.*address/u);
    expect(said).not.toContain('secret');
    await pool.end();
  });

  it('is refused where the connection has chosen no database, unless the table says which', async () => {
    const { database, ...address } = db.address;
    const pool = mysql.createPool(address);
    expect(await refusal(pool)).toMatch(/has chosen no database/u);
    const store = await mysqlStore(pool, { table: `${database}.elsewhere` });
    expect((await store.claim(claimOf('a'))).claimed).toBe(true);
    await pool.end();
  });

  it.each([
    ['10.4.30-MariaDB', 'MariaDB 10.4.30-MariaDB is too old'],
    ['5.5.5-10.4.2-MariaDB', 'too old'],
    ['5.7.44', 'MySQL 5.7.44 is too old'],
  ])('is refused where it is %s', async (version, why) => {
    expect(await refusal(serverThatSays([version, '0', '1', '0', '0'], db))).toContain(why);
  });

  it.each(['1', 'ON', 'NO_LOCK'])('is refused where read_only is %s', async (readOnly) => {
    const said = await refusal(serverThatSays(['8.4.0', readOnly, '1', '0', '0'], db));
    expect(said).toMatch(/read-only.*primary/u);
  });

  it.each(['0', 'OFF'])('may be used where read_only is %s', async (readOnly) => {
    const server = serverThatSays(['12.1.2-MariaDB', readOnly, '1', '0', '0'], db);
    expect((await mysqlStore(server)).durability).toBe('disk');
  });

  it.each([
    [['1', '0', '0'], 'disk'],
    [['1', '1', '1'], 'disk'],
    [['1', '1', '0'], 'process'],
    [['2', '0', '0'], 'process'],
    [['0', '1', '1'], 'process'],
  ])('that flushes, logs and syncs like %j keeps records: %s', async (settings, durability) => {
    const store = await mysqlStore(serverThatSays(['10.11.19-MariaDB', '0', ...settings], db));
    expect(store.durability).toBe(durability);
  });
});

describe.runIf(await isMysqlThere("the ledger's table in MariaDB"))('the table', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  it('is made once where eight start at the same time', async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => mysqlStore(db.pool())));
    await Promise.all(stores.map((store, n) => store.claim(claimOf(`${n}`))));
    expect(await stores[0]?.stats('')).toMatchObject({ running: 8 });
  });

  it('is made by what mysqlSchema says, and only checked', async () => {
    const options = { table: 'Checked', schema: 'check' } as const;
    expect(await refusal(db.pool(), options)).toContain('no table Checked');
    for (const _ of [1, 2]) await db.ask(mysqlSchema('Checked'));
    expect((await (await mysqlStore(db.pool(), options)).claim(claimOf('a'))).claimed).toBe(true);
  });

  it('is refused where it is another', async () => {
    await db.ask('CREATE TABLE other (id int PRIMARY KEY, state tinyint)');
    const said = await refusal(db.pool(), { table: 'other' });
    expect(said).toMatch(/no ledger: it lacks id varbinary, .*result longblob/u);
    await db.ask(mysqlSchema('keyless'));
    await db.ask('ALTER TABLE keyless DROP PRIMARY KEY');
    expect(await refusal(db.pool(), { table: 'keyless' })).toContain('primary key on id');
  });

  it('is refused where its engine has no transactions', async () => {
    await db.ask(mysqlSchema('plain'));
    await db.ask('ALTER TABLE plain ENGINE = Aria');
    expect(await refusal(db.pool(), { table: 'plain' })).toContain('InnoDB');
  });

  it('is not made by one who may not, and what to do is said', async () => {
    const { database, ...address } = db.address;
    const user = `u${database?.slice(-12)}`;
    await db.ask(`CREATE USER ${user}@'%'`);
    await db.ask(mysqlSchema('granted'));
    await db.ask(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.granted TO ${user}@'%'`);
    const pool = mysql.createPool({ ...address, user, ...(database && { database }) });
    expect(await refusal(pool, { table: 'denied' })).toMatch(/STORE_UNAVAILABLE.*mysqlSchema/u);
    const store = await mysqlStore(pool, { table: 'granted' });
    expect((await store.claim(claimOf('a'))).claimed).toBe(true);
    await pool.end();
    await db.ask(`DROP USER ${user}@'%'`);
  });
});
