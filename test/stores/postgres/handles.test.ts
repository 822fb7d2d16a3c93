import knexOf, { type Knex } from 'knex';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLedger, type Ledger } from '../../../src/once/ledger.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { LIBRARIES } from '../../support/libraries.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { itHoldsTransactionsOf } from './handle-suite.ts';

const isThere = await isPostgresThere('transactions of query builders');

describe.runIf(isThere).each(LIBRARIES)('a transaction of $name', ({ open }) => {
  itHoldsTransactionsOf(open);
});

describe.runIf(isThere)('knex', () => {
  let database: Database;
  let ledger: Ledger;
  const call = { operation: 'place', key: 'order-1', input: null };

  beforeAll(async () => {
    database = await Database.create();
    const store = await postgresStore(database.pool());
    ledger = createLedger({ store, namespace: 'test', keep: '1d' });
  });
  afterAll(() => database.drop());

  const open = (config: Knex.Config = {}): Knex => {
    const knex = knexOf({ client: 'pg', connection: { ...database.address }, ...config });
    onTestFinished(() => knex.destroy());
    return knex;
  };

  const endedConnection = async () => {
    const client = new pg.Client(database.address);
    await client.connect();
    await client.end();
    return client;
  };

  it('says so where its function ended the transaction, and the key is free', async () => {
    const knex = open();
    const ended = ledger.transaction(knex, call, async (tx) => {
      await tx.rollback();
    });
    await expect(ended).rejects.toThrow('ended the transaction itself');
    expect(await ledger.admin.get({ operation: 'place', key: 'order-1' })).toBeUndefined();
  });

  it('is begun again where its pool gives out once more the connection that was lost', async () => {
    const knex = open();
    let begun = 0;
    const lossy = new Proxy(knex, {
      get: (target, name) => (name === 'transaction' ? transaction : Reflect.get(target, name)),
    });
    const transaction = async (work: (tx: Knex.Transaction) => Promise<void>) => {
      begun += 1;
      await knex.transaction(work, begun === 2 ? { connection: await endedConnection() } : {});
      if (begun === 1) throw new Error('Connection terminated unexpectedly');
    };
    let ran = 0;
    const placed = await ledger.transaction(lossy, { ...call, key: 'order-2' }, async () => {
      ran += 1;
      return 'placed';
    });
    // The first was committed, though nobody said so: the third finds it.
    expect([placed, begun, ran]).toEqual(['placed', 3, 1]);
  });

  it('says so where postProcessResponse changes what raw queries reply', async () => {
    const knex = open({ postProcessResponse: () => undefined });
    const changed = ledger.transaction(knex, call, async () => 'never');
    await expect(changed).rejects.toThrow('changes what raw queries reply');
    expect(await ledger.admin.get({ operation: 'place', key: 'order-1' })).toBeUndefined();
  });
});
