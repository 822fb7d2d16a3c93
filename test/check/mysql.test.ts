// Scripts on clones of a real MariaDB database.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MysqlModule } from '../../src/check/index.ts';
import {
  answersOf,
  builtLibrary,
  canCheck,
  check,
  findingsOf,
  isInstalled,
  moduleUrl,
  ownClones,
} from '../support/check.ts';
import { folder } from '../support/cli.ts';
import { type Address, Database, isMysqlThere } from '../support/mysql.ts';

const PART = 'checks of commands with a MariaDB database';

/** The client takes no URL. */
const CLIENT = `ask() { mysql -h "$DATABASE_HOST" -P "$DATABASE_PORT" -u "$DATABASE_USER" -p"$DATABASE_PASSWORD" -N "$DATABASE_NAME" -e "$1"; }`;

const CASES = {
  'an insert': {
    line: `ask "INSERT INTO users (email) VALUES ('a@example.org')"`,
    twice: 'changed again',
    interrupted: 'repeated effect',
  },
  'an insert of what may be there': {
    line: `ask "INSERT IGNORE INTO emails VALUES ('a@example.org', 1)"`,
    twice: 'nothing to do',
    interrupted: 'recovers',
  },
  'an insert or update': {
    line: `ask "INSERT INTO emails VALUES ('b@example.org', 2) ON DUPLICATE KEY UPDATE n = 2"`,
    twice: 'nothing to do',
    interrupted: 'recovers',
  },
  'a mark that it is done, and then the work: lost when killed between': {
    line: `[ "$(ask "INSERT IGNORE INTO emails VALUES ('mark', 0); SELECT ROW_COUNT()")" = 1 ] || exit 0
      ask "INSERT INTO users (email) VALUES ('a@example.org')"`,
    twice: 'nothing to do',
    interrupted: 'silent damage',
  },
  'a table that is made where it lacks, and a view anew': {
    line: 'ask "CREATE TABLE IF NOT EXISTS more (n int); CREATE OR REPLACE VIEW seen AS SELECT email FROM users"',
    twice: 'nothing to do',
    interrupted: 'recovers',
  },
};

const SCHEMA = [
  'CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, email varchar(100), loud varchar(100) AS (upper(email)), at timestamp DEFAULT now())',
  'CREATE TABLE emails (email varchar(100) PRIMARY KEY, n int)',
  'CREATE TABLE posts (id int PRIMARY KEY, user_id int NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id))',
  'CREATE TABLE audit (event varchar(100))',
  'CREATE TABLE nodes (parent int, place point, bytes blob, bits bit(3))',
  'CREATE SEQUENCE numbers START WITH 5',
  "INSERT INTO users (email) VALUES ('old@example.org'), ('späße@example.org')",
  'INSERT INTO posts VALUES (1, 2)',
  "INSERT INTO nodes VALUES (NULL, POINT(1, 2), x'00ff', b'101'), (NULL, NULL, NULL, NULL)",
  'CREATE VIEW names AS SELECT 1 AS email',
  'CREATE VIEW a_few AS SELECT email FROM names',
  'CREATE OR REPLACE VIEW names AS SELECT email FROM users',
  "CREATE TRIGGER seen AFTER INSERT ON emails FOR EACH ROW INSERT INTO audit VALUES (concat('new ', new.email))",
  'CREATE PROCEDURE add_user(IN address varchar(100)) INSERT INTO users (email) VALUES (address)',
];

const isThere = (await isMysqlThere(PART)) && isInstalled('mysql') && canCheck(PART);

describe.runIf(isThere)('a check of', () => {
  let db: Database;
  let before: unknown;
  beforeAll(async () => {
    db = await Database.create();
    for (const sql of SCHEMA) await db.ask(sql);
    // With the rights of whoever made it.
    await db.ask(`CREATE PROCEDURE wipe() DELETE FROM ${db.address.database}.audit`);
    await db.ask("INSERT INTO audit VALUES ('kept')");
    before = await contentOf(db);
  });
  afterAll(() => db.drop());

  const flags = () => ['--db', urlOf(db.address), '--budget', '20s'];
  const twice = (line: string) =>
    check(['sh', '-c', `${CLIENT}\n${line}`], {}, [...flags(), '--only', 'twice']);

  for (const [name, { line, ...wanted }] of Object.entries(CASES)) {
    it(name, { timeout: 120_000 }, async () => {
      const report = await check(['sh', '-c', `${CLIENT}\n${line}`], {}, flags());
      expect(answersOf(report), JSON.stringify(report)).toMatchObject(wanted);
      expect(report.unobserved).toEqual([]);
    });
  }

  it('a program that connects by the URL', { timeout: 120_000 }, async () => {
    const script = `import { createConnection } from '${moduleUrl('mysql2/promise')}';
      const connection = await createConnection(process.env.DATABASE_URL);
      await connection.execute('INSERT IGNORE INTO emails VALUES (?, 1)', ['c@example.org']);
      await connection.execute('UPDATE users SET email = concat(email, ?)', ['.']);
      await connection.end();`;
    const report = await check(['node', 'add.mjs'], { 'add.mjs': script }, [
      ...flags(),
      ...['--only', 'twice'],
    ]);
    expect(findingsOf(report)).toContain(
      `${db.address.database}:users was changed (2 rows changed)`,
    );
  });

  it('tells rows by table, and the form of a table', { timeout: 60_000 }, async () => {
    const report = await twice(`ask "SELECT count(*) FROM posts" | grep -q 1 || exit 9
      ask "INSERT INTO audit SELECT count(*) FROM audit; UPDATE posts SET id = id + 1"
      ask "ALTER TABLE emails ADD COLUMN c$(ask 'SELECT count(*) FROM audit') int"
      ask "CREATE TRIGGER t$(ask 'SELECT count(*) FROM audit') BEFORE DELETE ON users FOR EACH ROW SET @gone = 1"
      ask "DELETE FROM nodes LIMIT 1"`);
    const { database } = db.address;
    expect(findingsOf(report)).toEqual([
      `${database}:audit was changed (1 row inserted)`,
      `${database}:emails was changed (its form)`,
      `${database}:nodes was changed (1 row deleted)`,
      `${database}:posts was changed (1 row inserted, 1 row deleted)`,
      `${database}:users was changed (its form)`,
    ]);
  });

  it('finds views, triggers, routines and sequences in its clone', {
    timeout: 60_000,
  }, async () => {
    const report = await twice(`set -e
      [ "$(ask 'SELECT count(*) FROM a_few')" = 2 ]
      [ "$(ask 'SELECT NEXT VALUE FOR numbers')" = 5 ]
      ask "INSERT IGNORE INTO emails VALUES ('trigger', 1)"
      [ "$(ask 'SELECT count(*) FROM audit')" = 2 ]
      ask "CALL add_user('again@example.org')"; exit 0`);
    // The number that the sequence gives is another one the second time.
    expect(findingsOf(report)).toEqual([]);
    expect(answersOf(report), JSON.stringify(report)).toEqual({ twice: 'refused' });
  });

  it('lets it reach its clone and nothing else', { timeout: 60_000 }, async () => {
    const { database } = db.address;
    const tries = [
      `mysql -h "$DATABASE_HOST" -P "$DATABASE_PORT" -u root -e "SELECT 1"`,
      `ask "USE ${database}"`,
      `ask "DELETE FROM ${database}.users"`,
      `ask "CREATE PROCEDURE harm() DELETE FROM ${database}.users; CALL harm()"`,
      'ask "CALL wipe()"',
      'ask "CREATE DATABASE runtwice_check_other"',
    ];
    const report = await twice(
      `ask "SELECT 1" || exit 9; ${tries.map((line) => `${line} && exit 8`).join('\n')}\nexit 0`,
    );
    expect(answersOf(report), JSON.stringify(report)).toEqual({ twice: 'nothing to do' });
  });

  it('does not let it become somebody else', { timeout: 60_000 }, async () => {
    const script = `import { createConnection } from '${moduleUrl('mysql2/promise')}';
      const connection = await createConnection(process.env.DATABASE_URL);
      const refused = await connection.changeUser({ user: 'root' }).catch(({ message }) => message);
      console.error(refused);
      process.exit(1);`;
    const report = await check(['node', 'be.mjs'], { 'be.mjs': script }, [
      ...flags(),
      ...['--only', 'twice'],
    ]);
    expect(report.unobserved.join(), JSON.stringify(report)).toContain(
      'the user of its clone only',
    );
  });

  it('is the same in the library', { timeout: 60_000 }, async () => {
    const { checkCommand } = await builtLibrary();
    const client: MysqlModule = await import('mysql2/promise');
    const report = await checkCommand(['sh', '-c', 'echo "$SHOP_HOST $SHOP_URL"'], {
      folder: folder(),
      databases: [{ url: urlOf(db.address), variable: 'SHOP_URL', client }],
      only: ['twice'],
    });
    expect(report.verdict).toBe('safe');
    expect(report.scenarios[0]?.summary).toContain('127.0.0.1 mysql://runtwice_check_');
  });

  it('leaves the database as it was, and no clone or user behind', async () => {
    expect(await contentOf(db)).toEqual(before);
    const clones = await db.ask('SELECT schema_name AS name FROM information_schema.schemata');
    // Of a user who is gone no rights are left.
    const rights = await db.ask('SELECT db AS name FROM mysql.db');
    expect(ownClones([...clones, ...rights].map(({ name }) => name))).toEqual([]);
  });

  it('says what is wrong where the database cannot be reached, or is not there', async () => {
    for (const url of [
      'mysql://root@127.0.0.1:1/x',
      urlOf({ ...db.address, database: 'no_such' }),
    ]) {
      await expect(check(['true'], {}, ['--db', url])).resolves.toMatchObject({
        code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
        exit: 2,
      });
    }
  });
});

/** All rows that are told to be left alone. */
async function contentOf(db: Database): Promise<unknown> {
  const tables = ['users', 'emails', 'posts', 'audit', 'nodes'];
  return Promise.all(tables.map((table) => db.ask(`SELECT * FROM ${table}`)));
}

function urlOf({ user, password, host, port, database }: Address): string {
  return `mysql://${user}${password && `:${password}`}@${host}:${port}/${database}`;
}
