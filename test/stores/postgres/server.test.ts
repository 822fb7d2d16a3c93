import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRuntwiceError } from '../../../src/core/errors.ts';
import { type PostgresStoreOptions, postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { isPostgresInstalled, PrivateServer } from '../../support/postgres-private.ts';

/** Why the store does not open, and what to do about it. */
async function refusal(client: pg.Pool, options?: PostgresStoreOptions): Promise<string> {
  const error: unknown = await postgresStore(client, options).catch((cause: unknown) => cause);
  if (!isRuntwiceError(error)) throw new Error(`no RuntwiceError: ${error}`);
  return `${error.code} ${error.message}. ${error.fix}`;
}

describe.runIf(isPostgresInstalled('standby and durability'))('a server of its own', () => {
  let server: PrivateServer;
  let db: Database;
  beforeAll(() => {
    server = new PrivateServer();
    server.makeStandby();
    server.start();
    db = new Database(server.address);
  });
  afterAll(async () => {
    await db.end();
    server.remove();
  });

  it('is refused while it is a standby', async () => {
    expect(await refusal(db.pool())).toMatch(/^ERR_RUNTWICE_STORE_UNAVAILABLE .*standby.*primary/u);
  });

  it('keeps records on disk once it is promoted', async () => {
    await db.ask('SELECT pg_promote(true, 60)');
    expect((await postgresStore(db.pool())).durability).toBe('disk');
  });

  it('keeps them on several machines where it waits for standbys', async () => {
    // The table is there: with a standby that is missing nothing more can be written.
    await set('synchronous_standby_names', 'missing');
    expect((await postgresStore(db.pool())).durability).toBe('quorum');
    await set('synchronous_standby_names', '');
  });

  it('keeps them in the process where it does not sync, or the table is not logged', async () => {
    await set('fsync', 'off');
    expect((await postgresStore(db.pool())).durability).toBe('process');
    await set('fsync', 'on');
    await postgresStore(db.pool(), { table: 'unlogged' });
    await db.ask('ALTER TABLE unlogged SET UNLOGGED');
    expect((await postgresStore(db.pool(), { table: 'unlogged' })).durability).toBe('process');
  });

  async function set(name: string, value: string): Promise<void> {
    await db.ask(`ALTER SYSTEM SET ${name} = '${value}'`);
    await db.ask('SELECT pg_reload_conf()');
    const pool = db.pool();
    for (let seen = ''; seen !== value; ) {
      const { rows } = await pool.query<{ now: string }>('SELECT current_setting($1) AS now', [
        name,
      ]);
      seen = rows[0]?.now ?? '';
    }
  }
});

describe.runIf(await isPostgresThere('what servers are refused'))('a server', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  it('is refused where it cannot be reached; the password is not said', async () => {
    const pool = new pg.Pool({ ...db.address, port: 1, password: 'secret' });
    const said = await refusal(pool);
    expect(said).toMatch(/^ERR_RUNTWICE_STORE_UNAVAILABLE .*ECONNREFUSED.*address/u);
    expect(said).not.toContain('secret');
    await pool.end();
  });

  it('is refused where it lets nobody write', async () => {
    const pool = db.pool({ options: '-c default_transaction_read_only=on' });
    expect(await refusal(pool)).toMatch(/read-only/u);
  });

  it('is refused where its database cannot hold every text', async () => {
    const latin = await Database.create("ENCODING 'LATIN1' LOCALE 'C'");
    expect(await refusal(latin.pool())).toMatch(/LATIN1.*UTF8/u);
    await latin.drop();
  });

  it('is refused where it is too old', async () => {
    const query = async () => ({
      rows: [['f', 'off', '110022', 'UTF8', 'on', '', null, null, 'f']],
    });
    await expect(postgresStore({ query })).rejects.toThrow('PostgreSQL 11 is too old');
  });
});
