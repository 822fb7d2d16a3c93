import type mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CheckReport,
  checkOperation,
  mysqlPort,
  mysqlRows,
  reportText,
} from '../../../src/check/index.ts';
import { Database, isMysqlThere } from '../../support/mysql.ts';

const isThere = await isMysqlThere('operations on MariaDB');

describe.runIf(isThere)('an operation on MariaDB', () => {
  let database: Database;
  let pool: mysql.Pool;

  beforeAll(async () => {
    database = await Database.create();
    pool = database.pool();
    await pool.query('CREATE TABLE orders (id varchar(20) PRIMARY KEY, paid int NOT NULL)');
  });
  afterAll(() => database?.drop());

  function check(run: (db: mysql.Pool) => Promise<unknown>): Promise<CheckReport> {
    return checkOperation(({ db }) => run(db), {
      effects: { db: mysqlPort(pool) },
      observe: () => mysqlRows(pool, 'orders'),
      reset: () => pool.query('DELETE FROM orders'),
    });
  }

  function answersOf({ scenarios }: CheckReport): string[] {
    return scenarios.map(({ answer }) => answer);
  }

  it('that inserts, and then pays for what is there, is stuck or pays twice', async () => {
    const report = await check(async (db) => {
      await db.execute("INSERT IGNORE INTO orders VALUES ('o1', 0)");
      await db.execute("UPDATE orders SET paid = paid + 1 WHERE id = 'o1'");
    });
    expect(answersOf(report)).toEqual(['changed again', 'differs', 'repeated effect']);
    expect(reportText(report)).toContain('orders SET paid = paid + 1');
  });

  it('that does both in a transaction is safe', async () => {
    const report = await check(async (db) => {
      const connection = await db.getConnection();
      try {
        await connection.beginTransaction();
        const [done] = await connection.execute("INSERT IGNORE INTO orders VALUES ('o1', 0)");
        if ('affectedRows' in done && done.affectedRows === 1) {
          await connection.execute("UPDATE orders SET paid = paid + 1 WHERE id = 'o1'");
        }
        await connection.commit();
      } finally {
        connection.release();
      }
    });
    expect(answersOf(report), reportText(report)).toEqual(['nothing to do', 'same', 'recovers']);
    expect(report.points).toEqual({ found: 8, tried: 8 });
  });
});
