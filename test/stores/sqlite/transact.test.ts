import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLedger } from '../../../src/once/ledger.ts';
import { memoryStore } from '../../../src/stores/memory/index.ts';
import { sqliteStore } from '../../../src/stores/sqlite/index.ts';
import { tempFolder } from '../../support/tree.ts';

const CALL = { operation: 'place', key: 'order-1', input: { cents: 5 } };

async function shop(file = join(tempFolder(), 'shop.db')) {
  const ledger = createLedger({ store: await sqliteStore(file), namespace: 'test', keep: '1d' });
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE IF NOT EXISTS orders (id TEXT)');
  onTestFinished(async () => {
    await ledger.close();
    db.close();
  });
  const orders = (): number => Number(db.prepare('SELECT count(*) AS n FROM orders').get()?.['n']);
  const insert = (tx: DatabaseSync): { orders: number } => {
    tx.exec("INSERT INTO orders VALUES ('order-1')");
    return { orders: orders() };
  };
  return { file, ledger, db, orders, insert };
}

describe('a transaction of SQLite', () => {
  it('writes rows and result once', async () => {
    const { ledger, db, orders, insert } = await shop();
    expect(await ledger.transaction(db, CALL, insert)).toEqual({ orders: 1 });
    expect(await ledger.transaction(db, CALL, insert)).toEqual({ orders: 1 });
    expect(orders()).toBe(1);
    const other = ledger.transaction(db, { ...CALL, input: { cents: 6 } }, insert);
    await expect(other).rejects.toMatchObject({ code: 'ERR_RUNTWICE_KEY_REUSED' });
  });

  it('shares its keys with the calls that have none', async () => {
    const { ledger, db, insert } = await shop();
    await ledger.transaction(db, CALL, insert);
    expect(await ledger.once(CALL, () => 'never')).toEqual({ orders: 1 });
    await ledger.once({ ...CALL, key: 'order-2' }, () => 'before');
    expect(await ledger.transaction(db, { ...CALL, key: 'order-2' }, () => 'never')).toBe('before');
  });

  it('that throws writes nothing, and may run again', async () => {
    const { ledger, db, orders, insert } = await shop();
    const fail = (tx: DatabaseSync): number => {
      insert(tx);
      throw new Error('no stock');
    };
    await expect(ledger.transaction(db, CALL, fail)).rejects.toThrow('no stock');
    expect([orders(), db.isTransaction]).toEqual([0, false]);
    expect(await ledger.transaction(db, CALL, insert)).toEqual({ orders: 1 });
  });

  it('of the caller commits or rolls back with the caller', async () => {
    const { ledger, db, orders, insert } = await shop();
    db.exec('BEGIN IMMEDIATE');
    await ledger.within(db, CALL, insert);
    db.exec('ROLLBACK');
    expect(orders()).toBe(0);
    db.exec('BEGIN IMMEDIATE');
    await ledger.within(db, CALL, insert);
    db.exec('COMMIT');
    expect(await ledger.transaction(db, CALL, insert)).toEqual({ orders: 1 });
    expect(orders()).toBe(1);
  });

  it('with a function that awaits is refused: by the compiler, and when it runs', async () => {
    const { ledger, db, orders, insert } = await shop();
    // @ts-expect-error another request's writes could get into the transaction
    const awaiting = ledger.transaction(db, CALL, async (tx: DatabaseSync) => insert(tx));
    await expect(awaiting).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      message: expect.stringContaining('asynchronous'),
    });
    expect(orders()).toBe(0);
  });

  it('of another database, or of a store without any, is refused', async () => {
    const { ledger, insert, db } = await shop();
    const other = new DatabaseSync(':memory:');
    for (const wrong of [other, {} as DatabaseSync]) {
      await expect(ledger.transaction(wrong, CALL, insert)).rejects.toMatchObject({
        code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
      });
    }
    const memory = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
    await expect(memory.transaction(db, CALL, insert)).rejects.toThrow('has no transactions');
  });

  it('whose process is killed in the middle leaves nothing, and the next one writes once', async () => {
    const { file, ledger, db, orders, insert } = await shop();
    const child = spawn(process.execPath, [
      '--input-type=module-typescript',
      '--eval',
      `
      import { DatabaseSync } from 'node:sqlite';
      import { createLedger } from '${new URL('../../../src/once/ledger.ts', import.meta.url)}';
      import { sqliteStore } from '${new URL('../../../src/stores/sqlite/index.ts', import.meta.url)}';
      const file = ${JSON.stringify(file)};
      const ledger = createLedger({ store: await sqliteStore(file), namespace: 'test', keep: '1d' });
      await ledger.transaction(new DatabaseSync(file), ${JSON.stringify(CALL)}, (tx) => {
        tx.exec("INSERT INTO orders VALUES ('order-1')");
        process.kill(process.pid, 'SIGKILL');
      });`,
    ]);
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(orders()).toBe(0);
    expect(await ledger.transaction(db, CALL, insert)).toEqual({ orders: 1 });
  });

  it('waits for others that write, without blocking', async () => {
    const { file, ledger, db, insert } = await shop();
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const waiting = ledger.transaction(db, CALL, insert);
    await new Promise(setImmediate);
    other.exec('COMMIT');
    expect(await waiting).toEqual({ orders: 1 });
    other.close();
  });
});
