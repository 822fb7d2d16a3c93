import type { Pool } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MysqlPromiseClient } from '../../../src/clients/mysql.ts';
import { createLedger, type Ledger } from '../../../src/once/ledger.ts';
import { mysqlStore } from '../../../src/stores/mysql/index.ts';
import { Database, isMysqlThere } from '../../support/mysql.ts';
import { asMysql } from './as-mysql.ts';

const isThere = await isMysqlThere('transactions of MariaDB');

let keys = 0;
const newCall = () => ({ operation: 'place', key: `order-${++keys}`, input: { cents: 5 } });

type Kind = "MariaDB's" | "MySQL's";

describe.runIf(isThere).each<Kind>(["MariaDB's", "MySQL's"])(
  'a transaction, by %s statements',
  (kind) => {
    let database: Database;
    let pool: Pool;
    let ledger: Ledger;

    beforeAll(async () => {
      database = await Database.create();
      pool = database.pool({ connectionLimit: 10 });
      await pool.query('CREATE TABLE orders (id varchar(99))');
      const store = await mysqlStore(kind === "MySQL's" ? asMysql(pool) : pool);
      ledger = createLedger({ store, namespace: 'test', keep: '1d' });
    });
    afterAll(() => database.drop());

    const orders = async (id: string): Promise<number> => {
      const [row] = await database.ask('SELECT COUNT(*) AS n FROM orders WHERE id = ?', [id]);
      return Number(row?.['n']);
    };
    const insert = (id: string) => async (tx: Pick<Pool, 'query'>) => {
      await tx.query('INSERT INTO orders VALUES (?)', [id]);
      return { placed: id };
    };

    it('writes rows and result once, also when twelve come at once and their function uses the pool', async () => {
      const call = newCall();
      const place = () => ledger.transaction(pool, call, insert(call.key));
      const all = await Promise.all(Array.from({ length: 12 }, place));
      expect(all).toEqual(Array.from({ length: 12 }, () => ({ placed: call.key })));
      expect(await orders(call.key)).toBe(1);
      const other = ledger.transaction(pool, { ...call, input: { cents: 6 } }, insert(call.key));
      await expect(other).rejects.toMatchObject({ code: 'ERR_RUNTWICE_KEY_REUSED' });
    });

    it('that throws writes nothing, and may run again', async () => {
      const call = newCall();
      const fail = async (tx: Pool) => {
        await insert(call.key)(tx);
        throw new Error('no stock');
      };
      await expect(ledger.transaction(pool, call, fail)).rejects.toThrow('no stock');
      expect(await orders(call.key)).toBe(0);
      expect(await ledger.once(call, () => 'by another way')).toBe('by another way');
    });

    it('of the caller commits or rolls back with the caller, whose settings it leaves alone', async () => {
      const call = newCall();
      const connection = await database.connection();
      await connection.query('SET innodb_lock_wait_timeout = 7');
      await connection.query('START TRANSACTION');
      await ledger.within(connection, call, insert(call.key));
      const [rows] = await connection.query('SELECT @@innodb_lock_wait_timeout AS seconds');
      expect(rows).toEqual([{ seconds: 7 }]);
      await connection.query('ROLLBACK');
      expect(await orders(call.key)).toBe(0);
      await connection.query('START TRANSACTION');
      await ledger.within(connection, call, insert(call.key));
      await connection.query('COMMIT');
      expect(await ledger.transaction(pool, call, async () => 'never')).toEqual({
        placed: call.key,
      });
      expect(await orders(call.key)).toBe(1);
    });

    it('gets the result of the same call before it in the same transaction', async () => {
      const call = newCall();
      const connection = await database.connection();
      await connection.query('SET innodb_lock_wait_timeout = 2');
      await connection.query('START TRANSACTION');
      const place = () => ledger.within(connection, call, insert(call.key));
      expect([await place(), await place()]).toEqual([{ placed: call.key }, { placed: call.key }]);
      await connection.query('COMMIT');
      expect(await orders(call.key)).toBe(1);
    });

    it('works with a pool that has callbacks, too', async () => {
      const call = newCall();
      const callbacks = database.callbackPool();
      const place = () =>
        ledger.transaction(callbacks, call, async (tx) => {
          await new Promise<void>((resolve, reject) => {
            tx.query('INSERT INTO orders VALUES (?)', [call.key], (error) =>
              error ? reject(error) : resolve(),
            );
          });
          return 'placed';
        });
      expect([await place(), await place()]).toEqual(['placed', 'placed']);
      expect(await orders(call.key)).toBe(1);
    });

    it('waits for another that has the key, and gets its result', async () => {
      const call = newCall();
      const connection = await database.connection();
      await connection.query('START TRANSACTION');
      await ledger.within(connection, call, insert(call.key));
      const waiting = ledger.transaction(pool, call, async () => 'never');
      await database.untilWaiting();
      await connection.query('COMMIT');
      expect(await waiting).toEqual({ placed: call.key });
    });

    it('of three that come at once is never undone because of another, thirty times', async () => {
      const connections = await Promise.all([1, 2, 3].map(() => database.connection()));
      for (let round = 0; round < 30; round++) {
        const call = newCall();
        const all = connections.map(async (connection) => {
          await connection.query('START TRANSACTION');
          const placed = await ledger.within(connection, call, insert(call.key));
          await connection.query('COMMIT');
          return placed;
        });
        expect(await Promise.all(all)).toEqual(connections.map(() => ({ placed: call.key })));
        expect(await orders(call.key)).toBe(1);
      }
    });

    it('that the server undid because of another is begun again', async () => {
      const call = newCall();
      let begun = 0;
      const placed = await ledger.transaction(pool, call, async (tx) => {
        begun += 1;
        if (begun === 1) await tx.query("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213");
        return insert(call.key)(tx);
      });
      expect({ placed, begun }).toEqual({ placed: { placed: call.key }, begun: 2 });
      expect(await orders(call.key)).toBe(1);
    });

    it('of the caller that the server undid is for the caller to begin again', async () => {
      const call = newCall();
      const connection = await database.connection();
      const undone = ledger.within(connection, call, (tx) =>
        tx.query("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213"),
      );
      await expect(undone).rejects.toMatchObject({ code: 'ERR_RUNTWICE_RETRY_TRANSACTION' });
    });

    it('whose connection is lost before the reply to COMMIT is written once', async () => {
      const call = newCall();
      const lossy = loseCommit(pool);
      const placed = await ledger.transaction(lossy.pool, call, insert(call.key));
      expect(placed).toEqual({ placed: call.key });
      expect(lossy.lost(), 'it was committed, and not said').toBe(1);
      expect(await orders(call.key)).toBe(1);
    });
  },
);

describe.runIf(isThere)('a transaction that cannot have its key', () => {
  let database: Database;
  beforeAll(async () => {
    database = await Database.create();
  });
  afterAll(() => database.drop());

  it('is busy where another has it for longer than is waited for a lock', async () => {
    const call = newCall();
    const pool = database.pool();
    const store = await mysqlStore(pool, { lockTimeout: 0 });
    const ledger = createLedger({ store, namespace: 'test', keep: '1d' });
    const connection = await database.connection();
    await connection.query('START TRANSACTION');
    await ledger.within(connection, call, async () => 'placed');
    const busy = ledger.transaction(pool, call, async () => 'never');
    await expect(busy).rejects.toMatchObject({ code: 'ERR_RUNTWICE_BUSY' });
    await expect(ledger.once(call, () => 'never', { wait: 0 })).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_BUSY',
    });
    await connection.query('ROLLBACK');
    expect(await ledger.transaction(pool, call, async () => 'placed')).toBe('placed');
  });

  it('is not said to be busy where the function itself waited for a row for too long', async () => {
    const pool = database.pool();
    const ledger = createLedger({ store: await mysqlStore(pool), namespace: 'test', keep: '1d' });
    const wait = async (tx: Pick<typeof pool, 'query'>) => {
      await tx.query(
        "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1205, MESSAGE_TEXT = 'a row of mine'",
      );
    };
    await expect(ledger.transaction(pool, newCall(), wait)).rejects.toThrow('a row of mine');
    const connection = await database.connection();
    await expect(ledger.within(connection, newCall(), wait)).rejects.toThrow('a row of mine');
  });

  it('says so where the transactions of the callers have all connections of the pool', async () => {
    const pool = database.pool({ connectionLimit: 1 });
    const store = await mysqlStore(pool, { lockTimeout: 0 });
    const ledger = createLedger({ store, namespace: 'test', keep: '1d' });
    const connection = await pool.getConnection();
    await connection.query('START TRANSACTION');
    const late = ledger.within(connection, newCall(), async () => 'never');
    await expect(late).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_RETRY_TRANSACTION',
      fix: expect.stringContaining('a pool of its own'),
    });
    await connection.query('ROLLBACK');
    connection.release();
  });
});

/** A pool that loses the reply to its first COMMIT. */
function loseCommit(pool: Pool) {
  let lost = 0;
  const lossy = {
    query: pool.query.bind(pool),
    execute: pool.execute.bind(pool),
    async getConnection() {
      const connection = await pool.getConnection();
      const query = async (asked: Parameters<MysqlPromiseClient['query']>[0]) => {
        const reply = await connection.query(asked);
        if (asked.sql !== 'COMMIT' || lost > 0) return reply;
        lost += 1;
        throw new Error('Connection lost: The server closed the connection.');
      };
      return {
        query: (asked: never, values?: never) =>
          values === undefined ? query(asked) : connection.query(asked, values),
        execute: connection.execute.bind(connection),
        connection: connection.connection,
        release: () => connection.release(),
        destroy: () => connection.destroy(),
      };
    },
  };
  return { pool: lossy as unknown as Pool, lost: () => lost };
}
