import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CheckReport,
  checkOperation,
  pgPort,
  pgRows,
  reportText,
} from '../../../src/check/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';

const isThere = await isPostgresThere('operations on PostgreSQL');

describe.runIf(isThere)('an operation on PostgreSQL', () => {
  let database: Database;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await Database.create();
    pool = database.pool();
    await pool.query('CREATE TABLE accounts (name text PRIMARY KEY, balance int NOT NULL)');
    await pool.query('CREATE TABLE transfers (id text UNIQUE, at timestamptz DEFAULT now())');
  });
  afterAll(() => database?.drop());

  function check(run: (db: pg.Pool) => Promise<unknown>): Promise<CheckReport> {
    return checkOperation(({ db }) => run(db), {
      effects: { db: pgPort(pool) },
      observe: async () => ({
        accounts: await pgRows(pool, 'accounts'),
        transfers: await pgRows(pool, 'public.transfers'),
      }),
      async reset() {
        await pool.query('TRUNCATE accounts, transfers');
        await pool.query("INSERT INTO accounts VALUES ('alice', 100), ('bob', 0)");
      },
    });
  }

  async function inTransaction(db: pg.Pool, work: (client: pg.PoolClient) => Promise<unknown>) {
    const client = await db.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }

  const MOVE = [
    "UPDATE accounts SET balance = balance - 10 WHERE name = 'alice'",
    "UPDATE accounts SET balance = balance + 10 WHERE name = 'bob'",
  ];

  function answersOf({ scenarios }: CheckReport): string[] {
    return scenarios.map(({ answer }) => answer);
  }

  it('that looks first and has no transaction loses money', async () => {
    const report = await check(async (db) => {
      const { rows } = await db.query("SELECT 1 FROM transfers WHERE id = 't1'");
      if (rows.length > 0) return;
      for (const statement of MOVE) await db.query(statement);
      await db.query("INSERT INTO transfers VALUES ('t1')");
    });
    expect(report.verdict).toBe('not safe');
    expect(answersOf(report).slice(0, 1)).toEqual(['nothing to do']);
    expect(answersOf(report)[2], reportText(report)).toMatch(/silent damage|repeated effect/u);
  });

  it('that claims, moves and commits in one transaction is safe, whatever time it was', async () => {
    const report = await check((db) =>
      inTransaction(db, async (client) => {
        const claim = await client.query(
          "INSERT INTO transfers VALUES ('t1') ON CONFLICT DO NOTHING",
        );
        if (claim.rowCount === 0) return;
        for (const statement of MOVE) await client.query(statement);
      }),
    );
    expect(answersOf(report), reportText(report)).toEqual(['nothing to do', 'same', 'recovers']);
    expect(report.points).toEqual({ found: 10, tried: 10 });
    // Each killed run has closed its connection.
    expect(pool.totalCount).toBeLessThanOrEqual(4);
    const { rows } = await pool.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
    );
    expect(rows).toEqual([]);
  });

  it('on one connection is rolled back where it was killed', async () => {
    const client = await pool.connect();
    try {
      const report = await checkOperation(
        async ({ db }) => {
          await db.query('BEGIN');
          await db.query("INSERT INTO transfers VALUES ('t1', NULL) ON CONFLICT DO NOTHING");
          await db.query('COMMIT');
        },
        {
          effects: { db: pgPort(client) },
          observe: () => pgRows(pool, 'transfers'),
          reset: () => pool.query('TRUNCATE transfers'),
          only: ['interrupted'],
        },
      );
      expect(report.verdict).toBe('safe');
      expect(report.points).toEqual({ found: 6, tried: 6 });
    } finally {
      client.release();
    }
  });
});
