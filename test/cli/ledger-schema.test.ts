import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqlStore } from '../../src/stores/mysql/index.ts';
import { postgresStore } from '../../src/stores/postgres/index.ts';
import { cli } from '../support/cli.ts';
import { isMysqlThere, Database as MysqlDatabase } from '../support/mysql.ts';
import { Database, isPostgresThere } from '../support/postgres.ts';

async function schemaOf(url: string): Promise<string> {
  // A server of that name is not there: it is not asked.
  const { code, stdout, stderr } = await cli(['ledger', 'schema', '--ledger', url]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe('runtwice ledger schema', () => {
  it.each(['memory:', 'redis://nowhere', 'rediss://nowhere'])(
    'for %s says that there is none',
    async (url) => {
      expect(await schemaOf(url)).toMatch(/^-- .*nothing is to be made\.\n$/u);
    },
  );

  it('prints what makes the table in SQLite, also twice', async () => {
    const sql = await schemaOf('sqlite:ledger.db');
    const db = new DatabaseSync(':memory:');
    for (const _ of [1, 2]) db.exec(sql);
    expect(db.prepare('SELECT count(*) AS n FROM runtwice_ledger').get()).toEqual({ n: 0 });
    db.close();
  });

  it.each(['x://h', 'postgres', '', '://'])('refuses %j', async (url) => {
    const { code, stdout, stderr } = await cli(['ledger', 'schema', '--ledger', url]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('no known kind of ledger');
  });
});

describe.runIf(await isPostgresThere('the schema for PostgreSQL'))('for PostgreSQL', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  it.each(['postgres', 'postgresql'])(
    '%s: prints what makes the table, also twice',
    async (kind) => {
      await db.ask(await schemaOf(`${kind}://nowhere/db`));
      expect((await postgresStore(db.pool(), { schema: 'check' })).name).toBe('postgres');
    },
  );
});

describe.runIf(await isMysqlThere('the schema for MariaDB'))('for MariaDB', () => {
  let db: MysqlDatabase;
  beforeAll(async () => {
    db = await MysqlDatabase.create();
  });
  afterAll(() => db.drop());

  it.each(['mysql', 'mariadb'])('%s: prints what makes the table, also twice', async (kind) => {
    await db.ask(await schemaOf(`${kind}://nowhere/db`));
    expect((await mysqlStore(db.pool(), { schema: 'check' })).name).toBe('mysql');
  });
});
