import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { PgClient } from '../../../src/clients/pg.ts';
import { createLedger, type Ledger } from '../../../src/once/ledger.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { LossyProxy } from '../../support/postgres-proxy.ts';

const isThere = await isPostgresThere('transactions of PostgreSQL');

const CALL = { operation: 'place', key: 'order-1', input: { cents: 5 } };
let keys = 0;
const newCall = () => ({ ...CALL, key: `order-${++keys}` });

describe.runIf(isThere)('a transaction of PostgreSQL', () => {
  let database: Database;
  let pool: pg.Pool;
  let ledger: Ledger;

  beforeAll(async () => {
    database = await Database.create();
    pool = database.pool({ max: 10 });
    await pool.query('CREATE TABLE orders (id text)');
    const store = await postgresStore(pool);
    ledger = createLedger({ store, namespace: 'test', keep: '1d' });
  });
  afterAll(() => database.drop());

  const orders = async (id: string): Promise<number> => {
    const [row] = await database.ask<{ n: string }>(
      'SELECT count(*) AS n FROM orders WHERE id = $1',
      [id],
    );
    return Number(row?.n);
  };
  const insert = (id: string) => async (tx: Pick<pg.Pool, 'query'>) => {
    await tx.query('INSERT INTO orders VALUES ($1)', [id]);
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
    const fail = async (tx: pg.Pool) => {
      await insert(call.key)(tx);
      throw new Error('no stock');
    };
    await expect(ledger.transaction(pool, call, fail)).rejects.toThrow('no stock');
    expect(await orders(call.key)).toBe(0);
    await ledger.transaction(pool, call, insert(call.key));
    expect(await orders(call.key)).toBe(1);
  });

  it('is kept for as long as it says', async () => {
    const call = newCall();
    const place = () => ledger.transaction(pool, call, insert(call.key), { keep: 0 });
    await place();
    await expect(place()).rejects.toMatchObject({ code: 'ERR_RUNTWICE_KEY_EXPIRED' });
    expect(await orders(call.key)).toBe(1);
  });

  it('of the caller commits or rolls back with the caller, whose settings it leaves alone', async () => {
    const call = newCall();
    const client = await database.client();
    await client.query("BEGIN; SET LOCAL lock_timeout = '7s'");
    await ledger.within(client, call, insert(call.key));
    const { rows } = await client.query('SHOW lock_timeout');
    expect(rows).toEqual([{ lock_timeout: '7s' }]);
    await client.query('ROLLBACK');
    expect(await orders(call.key)).toBe(0);
    await client.query('BEGIN');
    await ledger.within(client, call, insert(call.key));
    await client.query('COMMIT');
    expect(await ledger.transaction(pool, call, async () => 'never')).toEqual({ placed: call.key });
    expect(await orders(call.key)).toBe(1);
  });

  it('works with postgres.js, too', async () => {
    const call = newCall();
    const sql = database.js();
    const place = () =>
      ledger.transaction(sql, call, async (tx) => {
        await tx`INSERT INTO orders VALUES (${call.key})`;
        return 'placed';
      });
    expect([await place(), await place()]).toEqual(['placed', 'placed']);
    expect(await orders(call.key)).toBe(1);
  });

  it('waits for another that has the key, and gets its result', async () => {
    const call = newCall();
    const client = await database.client();
    await client.query('BEGIN');
    await ledger.within(client, call, insert(call.key));
    const waiting = ledger.transaction(pool, call, async () => 'never');
    await database.untilWaiting();
    await client.query('COMMIT');
    expect(await waiting).toEqual({ placed: call.key });
  });

  it('is busy where another has the key for longer than is waited for a lock', async () => {
    const call = newCall();
    const store = await postgresStore(pool, { lockTimeout: 50 });
    const hasty = createLedger({ store, namespace: 'test', keep: '1d' });
    const client = await database.client();
    await client.query('BEGIN');
    await ledger.within(client, call, insert(call.key));
    const busy = hasty.transaction(pool, call, async () => 'never');
    await expect(busy).rejects.toMatchObject({ code: 'ERR_RUNTWICE_BUSY' });
    await client.query('ROLLBACK');
    expect(await hasty.transaction(pool, call, insert(call.key))).toEqual({ placed: call.key });
  });

  it('that the server undid because of another is begun again', async () => {
    const call = newCall();
    let begun = 0;
    const placed = await ledger.transaction(pool, call, async (tx) => {
      begun += 1;
      if (begun === 1) await tx.query("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$");
      return insert(call.key)(tx);
    });
    expect({ placed, begun }).toEqual({ placed: { placed: call.key }, begun: 2 });
    expect(await orders(call.key)).toBe(1);
  });

  it('whose connection is lost before the reply to COMMIT is written once', async () => {
    const call = newCall();
    const lossy = loseReplyTo('COMMIT', pool);
    const placed = await ledger.transaction(lossy.pool, call, insert(call.key));
    expect(placed).toEqual({ placed: call.key });
    expect(lossy.lost(), 'it was committed, and not said').toBe(1);
    expect(await orders(call.key)).toBe(1);
  });

  it('of postgres.js whose connection is lost before the reply to COMMIT is written once', async () => {
    const call = newCall();
    const proxy = await LossyProxy.to(database.address);
    onTestFinished(() => proxy.close());
    const near = new Database(proxy.address);
    onTestFinished(() => near.end());
    let begun = 0;
    const placed = await ledger.transaction(near.js(), call, async (tx) => {
      begun += 1;
      proxy.loseNext('COMMIT');
      await tx`INSERT INTO orders VALUES (${call.key})`;
      return 'placed';
    });
    expect([placed, begun, await orders(call.key)]).toEqual(['placed', 1, 1]);
  });
});

/** A pool that ends a connection after its first COMMIT, and tells of the loss only. */
function loseReplyTo(text: string, pool: pg.Pool) {
  let lost = 0;
  const lossy = {
    totalCount: 1,
    query: pool.query.bind(pool),
    async connect() {
      const client = await pool.connect();
      const query = async (asked: Parameters<PgClient['query']>[0], values?: unknown[]) => {
        const reply = await client.query(asked, values);
        if (asked.text !== text || lost > 0) return reply;
        lost += 1;
        throw new Error('Connection terminated unexpectedly');
      };
      return { query, release: (destroy?: boolean) => client.release(destroy) };
    },
  };
  return { pool: lossy as unknown as pg.Pool, lost: () => lost };
}
