// What holds for a transaction of any query builder or ORM.
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createLedger, type Ledger } from '../../../src/once/ledger.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import type { Library, Open } from '../../support/libraries.ts';
import { Database } from '../../support/postgres.ts';
import { LossyProxy } from '../../support/postgres-proxy.ts';

let keys = 0;
const newCall = () => ({ operation: 'place', key: `order-${++keys}`, input: { cents: 5 } });

/** Names each test after the transaction. */
export function itHoldsTransactionsOf(open: Open): void {
  let database: Database;
  let ledger: Ledger;
  let hasty: Ledger;
  let library: Library;

  beforeAll(async () => {
    database = await Database.create();
    await database.ask('CREATE TABLE orders (id text)');
    await database.ask('CREATE TABLE stock (n int); INSERT INTO stock VALUES (1)');
    library = open(database);
    const pool = database.pool({ max: 10 });
    const opened = { namespace: 'test', keep: '1d' } as const;
    ledger = createLedger({ store: await postgresStore(pool), ...opened });
    hasty = createLedger({ store: await postgresStore(pool, { lockTimeout: 50 }), ...opened });
  });
  afterAll(async () => {
    await library.end?.();
    await database.drop();
  });

  const orders = async (id: string): Promise<number> =>
    (await database.ask('SELECT FROM orders WHERE id = $1', [id])).length;
  const insert = (id: string) => async (tx: object) => {
    await library.insert(tx, id);
    return { placed: id };
  };

  it('of the caller commits its rows with the key, and replays', async () => {
    const call = newCall();
    const place = () => library.begin((tx) => ledger.within(tx, call, insert(call.key)));
    expect([await place(), await place()]).toEqual([{ placed: call.key }, { placed: call.key }]);
    expect(await orders(call.key)).toBe(1);
    const other = library.begin((tx) =>
      ledger.within(tx, { ...call, input: { cents: 6 } }, insert(call.key)),
    );
    await expect(other).rejects.toMatchObject({ code: 'ERR_RUNTWICE_KEY_REUSED' });
  });

  it('of the caller keeps its settings', async () => {
    await library.begin(async (tx) => {
      await library.run(tx, "SET LOCAL lock_timeout = '7s'");
      await ledger.within(tx, newCall(), async () => 'placed');
      await library.run(
        tx,
        "DO $$ BEGIN ASSERT current_setting('lock_timeout') = '7s', 'it was changed'; END $$",
      );
    });
  });

  it('of the caller that replays writes nothing, and so locks nothing', async () => {
    const call = newCall();
    await ledger.transaction(library.db, call, insert(call.key));
    await library.begin(async (tx) => {
      await ledger.within(tx, call, async () => 'never');
      await library.run(
        tx,
        "DO $$ BEGIN ASSERT txid_current_if_assigned() IS NULL, 'it wrote'; END $$",
      );
    });
  });

  it('whose function hid a failure of a statement writes nothing', async () => {
    const call = newCall();
    const hide = async (tx: object) => {
      await library.run(tx, 'SELECT 1 / 0').catch(() => {});
      return 'placed';
    };
    await expect(ledger.transaction(library.db, call, hide)).rejects.toThrow();
    const placed = await ledger.transaction(library.db, call, insert(call.key));
    expect(placed).toEqual({ placed: call.key });
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
    await expect(library.begin((tx) => ledger.within(tx, call, fail))).rejects.toThrow('no stock');
    await expect(ledger.transaction(library.db, call, fail)).rejects.toThrow('no stock');
    expect(await orders(call.key)).toBe(0);
    expect(await ledger.transaction(library.db, call, insert(call.key))).toEqual({
      placed: call.key,
    });
  });

  it('is busy where another holds the key for longer than is waited for a lock', async () => {
    const call = newCall();
    await library.begin(async (holding) => {
      await ledger.within(holding, call, insert(call.key));
      const joined = library.begin(async (tx) => {
        await library.run(tx, "SET LOCAL lock_timeout = '50ms'");
        return ledger.within(tx, call, insert(call.key));
      });
      await expect(joined).rejects.toMatchObject({ code: 'ERR_RUNTWICE_BUSY' });
      const begun = hasty.transaction(library.db, call, insert(call.key));
      await expect(begun).rejects.toMatchObject({ code: 'ERR_RUNTWICE_BUSY' });
    });
    expect(await orders(call.key)).toBe(1);
  });

  it.each(['40001', '40P01'])(
    'of the caller that the server undoes (%s) says so',
    async (state) => {
      const call = newCall();
      const undone = library.begin((tx) =>
        ledger.within(tx, call, async () => {
          await library.run(tx, `DO $$ BEGIN RAISE SQLSTATE '${state}'; END $$`);
        }),
      );
      await expect(undone).rejects.toMatchObject({ code: 'ERR_RUNTWICE_RETRY_TRANSACTION' });
    },
  );

  it('of the caller that is not serializable says so, by the claim itself', async () => {
    const call = newCall();
    const late = library.begin(async (tx) => {
      await library.run(tx, 'SELECT * FROM stock');
      await ledger.transaction(library.db, call, insert(call.key));
      return ledger.within(tx, call, insert(call.key));
    }, 'serializable');
    await expect(late).rejects.toMatchObject({ code: 'ERR_RUNTWICE_RETRY_TRANSACTION' });
    expect(await orders(call.key)).toBe(1);
  });

  it('is begun once for all that come at once', async () => {
    const call = newCall();
    const place = () => ledger.transaction(library.db, call, insert(call.key));
    const all = await Promise.all(Array.from({ length: 8 }, place));
    expect(all).toEqual(Array.from({ length: 8 }, () => ({ placed: call.key })));
    expect(await orders(call.key)).toBe(1);
    expect(await place()).toEqual({ placed: call.key });
  });

  it('that the server undid because of another is begun again', async () => {
    const call = newCall();
    let begun = 0;
    const place = async (tx: object) => {
      begun += 1;
      if (begun === 1) await library.run(tx, "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$");
      return insert(call.key)(tx);
    };
    const placed = await ledger.transaction(library.db, call, place);
    expect({ placed, begun }).toEqual({ placed: { placed: call.key }, begun: 2 });
    expect(await orders(call.key)).toBe(1);
  });

  it('whose commit the server refuses fails as it says, and writes nothing', async () => {
    const call = newCall();
    const refuse = async (tx: object) => {
      await library.run(
        tx,
        `CREATE TABLE ${call.key.replace('-', '_')} (
        n int CONSTRAINT one UNIQUE DEFERRABLE INITIALLY DEFERRED)`,
      );
      await library.run(tx, `INSERT INTO ${call.key.replace('-', '_')} VALUES (1), (1)`);
      return insert(call.key)(tx);
    };
    let begun = 0;
    const placing = ledger.transaction(library.db, call, (tx) => {
      begun += 1;
      return refuse(tx);
    });
    await expect(placing).rejects.toThrow();
    expect(begun, 'no transaction is begun again whose end is known').toBe(1);
    expect(await orders(call.key)).toBe(0);
    expect(await ledger.transaction(library.db, call, insert(call.key))).toBeTruthy();
  });

  it('whose connection is lost at the commit is begun again', async () => {
    const call = newCall();
    let begun = 0;
    const place = async (tx: object) => {
      begun += 1;
      const placed = await insert(call.key)(tx);
      // The deferred trigger ends the connection while the server commits.
      if (begun === 1) await library.run(tx, 'INSERT INTO deadly VALUES (1)');
      return placed;
    };
    await database.ask(`CREATE TABLE deadly (n int);
      CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql
        AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER die AFTER INSERT ON deadly DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION die()`);
    expect(await ledger.transaction(library.db, call, place)).toEqual({ placed: call.key });
    expect([begun, await orders(call.key)]).toEqual([2, 1]);
  });

  it('takes and gives any text as it is', async () => {
    const odd = `'"\`\\ ?? ? \\? $1 :name {"a":1} [1] 2026-01-01T00:00:00Z 5 é𝄞\u0000 \n%s`;
    const call = { operation: odd, key: odd, scope: odd, input: { odd } };
    for (const value of [odd, '5', 'true', '', null, { [odd]: [odd, 5, true, null] }]) {
      const keyed = { ...call, key: `${odd} ${JSON.stringify(value)}` };
      const begin = () => ledger.transaction(library.db, keyed, async () => value);
      const join = () => library.begin((tx) => ledger.within(tx, keyed, async () => 'never'));
      expect([await begin(), await join()]).toEqual([value, value]);
      const found = await ledger.admin.get({ ...keyed, namespace: 'test' } as never);
      expect(found).toBeDefined();
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

  it('whose connection is lost before the reply to COMMIT is written once', async () => {
    const call = newCall();
    const proxy = await LossyProxy.to(database.address);
    onTestFinished(() => proxy.close());
    const near = new Database(proxy.address);
    const lossy = open(near);
    onTestFinished(async () => {
      await lossy.end?.();
      await near.end();
    });
    let begun = 0;
    const placed = await ledger.transaction(lossy.db, call, (tx) => {
      begun += 1;
      proxy.loseNext('COMMIT');
      return insert(call.key)(tx);
    });
    expect({ placed, begun }).toEqual({ placed: { placed: call.key }, begun: 1 });
    expect(await orders(call.key)).toBe(1);
  });
}
