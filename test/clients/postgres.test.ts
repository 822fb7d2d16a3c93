import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PgQuery } from '../../src/clients/pg.ts';
import { postgresClient } from '../../src/clients/postgres.ts';
import { type SqlClient, statement } from '../../src/clients/sql.ts';
import { Database, isPostgresThere } from '../support/postgres.ts';

describe('a statement', () => {
  it('is named after its text', () => {
    const names = ['a', 'b', 'a'].map((text) => statement('claim', text).name);
    expect(names[0]).toBe(names[2]);
    expect(names[0]).not.toBe(names[1]);
    expect(names[0]).toMatch(/^runtwice_claim_[0-9a-z]+$/u);
  });
});

describe('a client', () => {
  it.each([undefined, null, {}, { query: 'no' }, () => {}])('is not %s', (client) => {
    expect(() => postgresClient(client as never, true)).toThrow('neither one of pg nor');
  });

  it('of pg that is one connection is asked for one thing after the other', async () => {
    const ends: (() => void)[] = [];
    const asked: string[] = [];
    const query = ({ text }: PgQuery) => {
      asked.push(text);
      return new Promise<{ rows: unknown[] }>((resolve, reject) => {
        ends.push(() => (text === 'bad' ? reject(new Error(text)) : resolve({ rows: [[text]] })));
      });
    };
    const client = postgresClient({ query }, true);
    const bad = client.query(statement('test', 'bad'), []);
    const good = client.query(statement('test', 'good'), []);
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['bad']);
    ends[0]?.();
    await expect(bad).rejects.toThrow('bad');
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(asked).toEqual(['bad', 'good']);
    ends[1]?.();
    expect(await good).toEqual([['good']]);
  });
});

describe.runIf(await isPostgresThere('the clients of PostgreSQL'))('the server', () => {
  let db: Database;
  const clients: [string, SqlClient][] = [];
  beforeAll(async () => {
    db = await Database.create();
    const pool = db.pool();
    // What an application may have set for itself.
    const client = await db.client({ types: { getTypeParser: () => () => 'parsed' } });
    const types = { bigint: { to: 20, from: [20], serialize: String, parse: BigInt } };
    const camel = {
      column: { from: (name: string) => name.toUpperCase() },
      value: { from: () => 'transformed' },
    };
    clients.push(
      ['pg', postgresClient(pool, true)],
      ['pg, unprepared', postgresClient(pool, false)],
      ['pg with parsers of its own', postgresClient(client, true)],
      ['postgres.js', postgresClient(db.js(), true)],
      ['postgres.js, unprepared', postgresClient(db.js(), false)],
      ['postgres.js with types', postgresClient(db.js({ types } as never), true)],
      ['postgres.js with transformers', postgresClient(db.js({ transform: camel }), true)],
    );
  });
  afterAll(() => db.drop());

  it('gives texts, whatever the client', async () => {
    const text = `SELECT 1, 2::bigint, 'é\ufeff', NULL, true, '\\x00ff'::bytea, $1::text, $2::bytea,
      $3::bigint, $4::boolean, $5::text`;
    const values = ['"x"', Buffer.from([0, 255]), 2 ** 53 - 1, false, null];
    for (const [name, client] of clients) {
      const rows = await client.query(statement('test', text), values);
      expect(rows, name).toEqual([
        ['1', '2', 'é\ufeff', null, 't', '\\x00ff', '"x"', '\\x00ff', `${2 ** 53 - 1}`, 'f', null],
      ]);
    }
  });

  it('takes several statements as one transaction', async () => {
    for (const [name, client] of clients) {
      await client.run('CREATE TABLE IF NOT EXISTS twice (n int); INSERT INTO twice VALUES (1)');
      await expect(client.run('DELETE FROM twice; SELECT 1 / 0'), name).rejects.toThrow('zero');
      expect(await client.query(statement('test', 'SELECT n FROM twice'), []), name).toEqual([
        ['1'],
      ]);
      await client.run('DROP TABLE twice');
    }
  });

  it('says its code in errors', async () => {
    for (const [name, client] of clients) {
      const asked = client.query(statement('test', 'SELECT $1::bigint / 0'), [1]);
      await expect(asked, name).rejects.toMatchObject({ code: '22012' });
    }
  });
});
