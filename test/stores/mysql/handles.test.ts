import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger, type Ledger } from '../../../src/once/ledger.ts';
import { mysqlStore } from '../../../src/stores/mysql/index.ts';
import type { Library } from '../../support/libraries.ts';
import { Database, isMysqlThere } from '../../support/mysql.ts';
import { LIBRARIES } from '../../support/mysql-libraries.ts';
import { asMysql } from './as-mysql.ts';

const isThere = await isMysqlThere('transactions of query builders');

let keys = 0;
const newCall = () => ({ operation: 'place', key: `order-${++keys}`, input: { cents: 5 } });

const KINDS = LIBRARIES.flatMap(({ name, open }) => [
  { name, open, isMysql: false },
  { name: `${name}, by MySQL's statements`, open, isMysql: true },
]);

describe.runIf(isThere).each(KINDS)('a transaction of $name', ({ open, isMysql }) => {
  let database: Database;
  let ledger: Ledger;
  let library: Library;

  beforeAll(async () => {
    database = await Database.create();
    await database.ask('CREATE TABLE orders (id varchar(99))');
    library = open(database);
    const pool = database.pool({ connectionLimit: 4 });
    const store = await mysqlStore(isMysql ? asMysql(pool) : pool, { lockTimeout: '1s' });
    ledger = createLedger({ store, namespace: 'test', keep: '1d' });
  });
  afterAll(async () => {
    await library.end?.();
    await database.drop();
  });

  const orders = async (id: string): Promise<number> =>
    (await database.ask('SELECT id FROM orders WHERE id = ?', [id])).length;
  const insert = (id: string) => async (tx: object) => {
    await library.insert(tx, id);
    return { placed: id };
  };
  const raise = (errno: number) => (tx: object) =>
    library.run(tx, `SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = ${errno}`);

  it('of the caller commits its rows with the key, and replays', async () => {
    const call = newCall();
    const place = () => library.begin((tx) => ledger.within(tx, call, insert(call.key)));
    expect([await place(), await place()]).toEqual([{ placed: call.key }, { placed: call.key }]);
    expect(await orders(call.key)).toBe(1);
  });

  it('of the caller takes the key with it when it is rolled back', async () => {
    const call = newCall();
    const fail = library.begin(async (tx) => {
      await ledger.within(tx, call, insert(call.key));
      throw new Error('no stock');
    });
    await expect(fail).rejects.toThrow('no stock');
    expect(await orders(call.key)).toBe(0);
    await library.begin((tx) => ledger.within(tx, call, insert(call.key)));
    expect(await orders(call.key)).toBe(1);
  });

  it('whose function throws writes nothing, and may run again', async () => {
    const call = newCall();
    const fail = async (tx: object) => {
      await insert(call.key)(tx);
      throw new Error('no stock');
    };
    await expect(ledger.transaction(library.db, call, fail)).rejects.toThrow('no stock');
    expect(await orders(call.key)).toBe(0);
    const placed = await ledger.transaction(library.db, call, insert(call.key));
    expect(placed).toEqual({ placed: call.key });
  });

  it('is busy where another holds the key for longer than is waited for a lock', async () => {
    const call = newCall();
    await library.begin(async (holding) => {
      await ledger.within(holding, call, insert(call.key));
      const joined = library.begin(async (tx) => {
        await library.run(tx, 'SET innodb_lock_wait_timeout = 1');
        return ledger.within(tx, call, insert(call.key));
      });
      await expect(joined).rejects.toMatchObject({ code: 'ERR_RUNTWICE_BUSY' });
    });
    expect(await orders(call.key)).toBe(1);
  });

  it('of the caller that the server undoes says so', async () => {
    const call = newCall();
    const undone = library.begin((tx) => ledger.within(tx, call, raise(1213)));
    await expect(undone).rejects.toMatchObject({ code: 'ERR_RUNTWICE_RETRY_TRANSACTION' });
  });

  it('that the server undid because of another is begun again', async () => {
    const call = newCall();
    let begun = 0;
    const placed = await ledger.transaction(library.db, call, async (tx) => {
      begun += 1;
      if (begun === 1) await raise(1213)(tx);
      return insert(call.key)(tx);
    });
    expect({ placed, begun }).toEqual({ placed: { placed: call.key }, begun: 2 });
    expect(await orders(call.key)).toBe(1);
  });

  it('is begun once for all that come at once', async () => {
    const call = newCall();
    const place = () => ledger.transaction(library.db, call, insert(call.key));
    const all = await Promise.all(Array.from({ length: 8 }, place));
    expect(all).toEqual(Array.from({ length: 8 }, () => ({ placed: call.key })));
    expect(await orders(call.key)).toBe(1);
  });

  it('takes and gives any text as it is', async () => {
    const odd = `'"\`\\ ?? ? \\? $1 :name {"a":1} [1] 2026-01-01T00:00:00Z 5 é𝄞\u0000 \n%s`;
    const call = { operation: odd, key: odd, scope: odd, input: { odd } };
    for (const value of [odd, '5', 'true', '', null, { [odd]: [odd, 5, true, null] }]) {
      const keyed = { ...call, key: `${odd} ${JSON.stringify(value)}` };
      const begin = () => ledger.transaction(library.db, keyed, async () => value);
      const join = () => library.begin((tx) => ledger.within(tx, keyed, async () => 'never'));
      expect([await begin(), await join()]).toEqual([value, value]);
    }
  });

  it('must be begun to be joined, and not to be begun', async () => {
    const call = newCall();
    const outside = ledger.within(library.db, call, insert(call.key));
    await expect(outside).rejects.toThrow('no transaction');
    const twice = library.begin((tx) => ledger.transaction(tx, call, insert(call.key)));
    await expect(twice).rejects.toThrow('begun already');
    expect(await orders(call.key)).toBe(0);
  });
});
