import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRuntwiceError } from '../../../src/core/errors.ts';
import { postgresSchema, postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { claimOf } from '../../support/requests.ts';

describe('the name of the table', () => {
  it.each(['a', 'runtwice_ledger', 'app.ledger', '_1', 'A'.repeat(57)])('may be %s', (table) => {
    expect(postgresSchema(table)).toContain(`"${table.split('.').at(-1)}" (`);
  });

  it.each(['', 'a b', 'a"b', '1a', 'a.b.c', '.a', 'a;', 'é', 'a'.repeat(58), 'a\n'])(
    'may not be %j',
    (table) => {
      expect(() => postgresSchema(table)).toThrow('is no name');
    },
  );
});

describe.runIf(await isPostgresThere("the ledger's table in PostgreSQL"))('the table', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  const indexes = (table: string) =>
    db.ask<{ def: string }>(
      'SELECT pg_get_indexdef(indexrelid) AS def FROM pg_index WHERE indrelid = to_regclass($1)',
      [table],
    );

  it('is made once where eight start at the same time', async () => {
    const pools = Array.from({ length: 8 }, (_, index) => (index % 2 ? db.pool() : db.js()));
    const stores = await Promise.all(pools.map((pool) => postgresStore(pool)));
    await Promise.all(stores.map((store, n) => store.claim(claimOf(`${n}`))));
    expect(await stores[0]?.stats('')).toMatchObject({ running: 8 });
    expect(await indexes('runtwice_ledger')).toHaveLength(2);
  });

  it('is made by what postgresSchema says, and only checked', async () => {
    const table = 'Checked';
    await expect(postgresStore(db.pool(), { table, schema: 'check' })).rejects.toThrow('no table');
    expect(await indexes(`"${table}"`)).toEqual([]);
    for (const _ of [1, 2]) await db.ask(postgresSchema(table));
    const store = await postgresStore(db.pool(), { table, schema: 'check' });
    expect((await store.claim(claimOf('a'))).claimed).toBe(true);
    expect(await indexes(`"${table}"`)).toHaveLength(2);
  });

  it('leaves room in its pages', async () => {
    const options = 'SELECT reloptions FROM pg_class WHERE relname = $1';
    expect(await db.ask(options, ['runtwice_ledger'])).toEqual([{ reloptions: ['fillfactor=85'] }]);
  });

  it('is made in parts, each with room in its pages, and only looked at from then on', async () => {
    const table = `app_parts.${'p'.repeat(57)}`;
    await db.ask(`CREATE SCHEMA app_parts; ${postgresSchema(table, 12)}`);
    for (const options of [{ partitions: 12 }, { schema: 'check' as const }, {}]) {
      const store = await postgresStore(db.pool(), { table, ...options });
      expect((await store.claim(claimOf(JSON.stringify(options)))).claimed).toBe(true);
    }
    const parts = await db.ask(
      `SELECT reloptions FROM pg_class JOIN pg_inherits ON oid = inhrelid
       WHERE inhparent = to_regclass($1)`,
      [table],
    );
    expect(parts).toEqual(Array(12).fill({ reloptions: ['fillfactor=85'] }));
  });

  it.each([0, -1, 1.5, Number.NaN, 1025])('cannot be in %d parts', async (partitions) => {
    const refused = postgresStore(db.pool(), { table: 'parted', partitions });
    await expect(refused).rejects.toThrow(`cannot have ${partitions} partitions`);
  });

  it('may be in a schema that is not on the search path', async () => {
    await db.ask('CREATE SCHEMA app');
    const table = 'app.ledger';
    await (await postgresStore(db.pool(), { table })).claim(claimOf('a'));
    expect(await db.ask('SELECT attempt FROM app.ledger')).toEqual([{ attempt: 1 }]);
    await expect(postgresStore(db.pool(), { table: 'lost.ledger' })).rejects.toThrow('lost');
  });

  it('says nothing where it is there', async () => {
    const said: unknown[] = [];
    const sql = db.js({ onnotice: (notice) => said.push(notice) });
    for (const _ of [1, 2]) await postgresStore(sql, { table: 'quiet' });
    expect(said).toEqual([]);
  });

  it('is refused where it is another', async () => {
    await db.ask('CREATE TABLE other (id int PRIMARY KEY, state smallint)');
    const refused = postgresStore(db.pool(), { table: 'other' });
    await expect(refused).rejects.toThrow(/no ledger: it lacks first_at bigint, .*id bytea/u);
    await db.ask(`${postgresSchema('keyless')} ALTER TABLE keyless DROP CONSTRAINT keyless_pkey`);
    const keyless = postgresStore(db.pool(), { table: 'keyless' });
    await expect(keyless).rejects.toThrow('a primary key on id');
  });

  it('may have more columns: a later version may add some', async () => {
    await db.ask(`${postgresSchema('later')} ALTER TABLE later ADD COLUMN note text`);
    expect((await postgresStore(db.pool(), { table: 'later' })).name).toBe('postgres');
  });

  it('is not made by one who may not, and what to do is said', async () => {
    const { database } = db.address;
    const user = `${database}_user`;
    await db.ask(`CREATE ROLE ${user} LOGIN`);
    await db.ask('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    const error: unknown = await postgresStore(db.pool({ user }), { table: 'denied' }).catch(
      (cause: unknown) => cause,
    );
    expect(isRuntwiceError(error, 'ERR_RUNTWICE_STORE_UNAVAILABLE')).toBe(true);
    expect(error).toMatchObject({ fix: expect.stringContaining('postgresSchema') });
    await db.ask(postgresSchema('denied'));
    await db.ask(`GRANT SELECT, INSERT, UPDATE, DELETE ON denied TO ${user}`);
    const pool = db.pool({ user });
    const store = await postgresStore(pool, { table: 'denied' });
    expect((await store.claim(claimOf('a'))).claimed).toBe(true);
    await pool.end();
    await db.ask(`DROP OWNED BY ${user}`);
    await db.ask(`DROP ROLE ${user}`);
  });

  it('keeps ids as bytes', async () => {
    const store = await postgresStore(db.pool());
    const ids = ['bytes/é', 'bytes/e\u0301', 'bytes/a\0b', 'bytes/👍', `bytes/${'k'.repeat(500)}`];
    await Promise.all(ids.map((id) => store.claim(claimOf(id))));
    const rows = await db.ask<{ id: Buffer }>(
      "SELECT id FROM runtwice_ledger WHERE id >= 'bytes/'",
    );
    expect(rows.map(({ id }) => id.toString()).sort()).toEqual([...ids].sort());
  });
});
