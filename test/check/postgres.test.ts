// Scripts on clones of a real PostgreSQL database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answersOf, canCheck, check, isInstalled, ownClones } from '../support/check.ts';
import { type Address, Database, isPostgresThere } from '../support/postgres.ts';

const PART = 'checks of commands with a database';

const CASES = {
  'an insert': {
    line: `psql -qc "INSERT INTO users (email) VALUES ('a@example.org')" "$DATABASE_URL"`,
    twice: 'changed again',
    interrupted: 'repeated effect',
  },
  'an insert of what may be there': {
    line: `psql -qc "INSERT INTO emails VALUES ('a@example.org') ON CONFLICT DO NOTHING" "$DATABASE_URL"`,
    twice: 'nothing to do',
    interrupted: 'recovers',
  },
  'a mark that it is done, and then the work: lost when killed between': {
    line: `[ "$(psql -qAtc "INSERT INTO emails VALUES ('mark') ON CONFLICT DO NOTHING RETURNING 1" "$DATABASE_URL")" = 1 ] || exit 0
      psql -qc "INSERT INTO users (email) VALUES ('a@example.org')" "$DATABASE_URL"`,
    twice: 'nothing to do',
    interrupted: 'silent damage',
  },
};

const isThere = (await isPostgresThere(PART)) && isInstalled('psql') && canCheck(PART);

describe.runIf(isThere)('a check of', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
    await db.ask(`CREATE TABLE users (id serial PRIMARY KEY, email text, at timestamptz DEFAULT now());
      CREATE TABLE emails (email text PRIMARY KEY); CREATE TABLE runs (n int)`);
    // A database that somebody is connected to cannot be cloned.
    await db.end();
  });
  afterAll(() => db.drop());

  const flags = () => ['--db', urlOf(db.address), '--budget', '20s'];

  for (const [name, { line, ...wanted }] of Object.entries(CASES)) {
    it(name, { timeout: 120_000 }, async () => {
      const report = await check(['sh', '-c', line], {}, flags());
      expect(answersOf(report), JSON.stringify(report)).toMatchObject(wanted);
      expect(report.unobserved).toEqual([]);
    });
  }

  it('leaves the database as it was, and no clone behind', async () => {
    const again = new Database(db.address);
    const rows = await again.ask('SELECT email FROM users UNION ALL SELECT email FROM emails');
    const all = await again.ask('SELECT datname FROM pg_database');
    await again.end();
    expect([rows, ownClones(all.map(({ datname }) => datname))]).toEqual([[], []]);
  });

  it('what wants another database gets none', { timeout: 60_000 }, async () => {
    const line =
      'psql "$(echo "$DATABASE_URL" | sed "s#/[^/]*\\$#/template1#")" -c "SELECT 1"; exit 0';
    const report = await check(['sh', '-c', line], {}, [...flags(), '--only', 'twice']);
    expect(JSON.stringify(report.scenarios)).not.toContain('1 row');
  });

  it('has a clock of its own, which is noted on another day', { timeout: 60_000 }, async () => {
    const line = 'psql -qc "SELECT now()" "$DATABASE_URL"';
    const report = await check(['sh', '-c', line], {}, [...flags(), '--only', 'another-day']);
    expect(answersOf(report)).toEqual({ 'another day': 'nothing to do' });
    expect(report.notes).toContain('the clocks of the databases were not moved');
  });

  it('says what is wrong where the database cannot be reached, or is none', async () => {
    const nowhere = ['--db', 'postgres://127.0.0.1:1/x'];
    await expect(check(['true'], {}, nowhere)).resolves.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      exit: 2,
    });
    await expect(check(['true'], {}, ['--db', 'http://x'])).resolves.toMatchObject({ exit: 2 });
  });
});

function urlOf({ user, password = '', host, port, database }: Address): string {
  return `postgres://${user}${password && `:${password}`}@${host}:${port}/${database}`;
}
