// Rows that another transaction holds.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/once/ledger.ts';
import type { Store } from '../../../src/once/store/types.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { claimOf, doneOf, ownerOf } from '../../support/requests.ts';

describe.runIf(await isPostgresThere('rows that are locked'))('a row that is held', () => {
  let db: Database;
  let store: Store;
  let ids: string[];
  let count = 0;
  beforeAll(async () => {
    db = await Database.create();
    store = await postgresStore(db.pool({ max: 10 }), { lockTimeout: 100 });
  });
  beforeEach(() => {
    count += 1;
    ids = Array.from({ length: 20 }, (_, index) => `case ${count} key ${index}`);
  });
  afterAll(() => db.drop());

  const id = () => ids[7] ?? '';

  /** A transaction that has done that; `end` ends it. */
  async function transaction(text: string, values: unknown[]) {
    const client = await db.client();
    await client.query('BEGIN');
    await client.query(text, values);
    return (how: 'COMMIT' | 'ROLLBACK') => client.query(how);
  }

  /** Claims an id, and does not commit. */
  const claimOutside = () =>
    transaction(
      `INSERT INTO runtwice_ledger (first_at, started_at, attempt, id, fingerprint, owner,
         lease_until, finished_at, state, progress)
       SELECT 1, 1, 1, $1, $2, 'outside', 9e15, 0, 0, ''`,
      [Buffer.from(id()), claimOf(id()).fingerprint],
    );

  it('does not hold up the others of a shared claim; who holds it is at work', async () => {
    const end = await claimOutside();
    const replies = await Promise.all(ids.map((one) => store.claim(claimOf(one))));
    const refused = replies.filter(({ claimed }) => !claimed);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.record).toMatchObject({ state: 'running', owner: '' });
    expect(refused[0]?.record.leaseUntil).toBeGreaterThan(refused[0]?.now ?? 0);
    await end('COMMIT');
    const { claimed, record } = await store.claim(claimOf(id()));
    expect([claimed, record.owner]).toEqual([false, 'outside']);
  });

  it('is claimed where the other gives up meanwhile', async () => {
    const patient = await postgresStore(db.pool(), { lockTimeout: '1m' });
    const end = await claimOutside();
    const reply = patient.claim(claimOf(id()));
    await db.untilWaiting();
    await end('ROLLBACK');
    expect((await reply).claimed).toBe(true);
  });

  it('is seen where the other commits meanwhile', async () => {
    const patient = await postgresStore(db.pool(), { lockTimeout: '1m' });
    const end = await claimOutside();
    const reply = patient.claim(claimOf(id()));
    await db.untilWaiting();
    await end('COMMIT');
    expect(await reply).toMatchObject({ claimed: false, record: { owner: 'outside' } });
  });

  it('is seen by many where the other commits meanwhile', async () => {
    const patient = await postgresStore(db.pool(), { lockTimeout: '1m' });
    const end = await claimOutside();
    // Shared statements wait for a tenth of a second only: here that is tried until it is caught.
    const replies = Promise.all(ids.map((one) => patient.claim(claimOf(one))));
    await db.untilWaiting();
    await end('COMMIT');
    const owners = (await replies).map(({ record }) => record.owner);
    expect(owners).toEqual(ids.map((one) => (one === id() ? 'outside' : ownerOf(one))));
  });

  it('makes a call busy, and nothing is run', async () => {
    const ledger = createLedger({ store, namespace: `n${count}`, keep: '1d' });
    const call = { operation: 'charge', key: 'k', input: null, wait: 200 };
    ids[7] = `n${count}//charge/k`;
    const end = await claimOutside();
    let runs = 0;
    const run = () => ++runs;
    await expect(ledger.once(call, run)).rejects.toMatchObject({ code: 'ERR_RUNTWICE_BUSY' });
    await end('ROLLBACK');
    expect([runs, await ledger.once(call, run)]).toEqual([0, 1]);
    await ledger.close();
  });

  it('does not hold up the ends of others; its own is an error that may be repeated', async () => {
    await Promise.all(ids.map((one) => store.claim(claimOf(one))));
    const lock = 'SELECT 1 FROM runtwice_ledger WHERE id = $1 FOR UPDATE';
    const end = await transaction(lock, [Buffer.from(id())]);
    const ends = await Promise.allSettled(ids.map((one) => store.update(doneOf(one))));
    const failed = ends.filter(({ status }) => status === 'rejected');
    expect(failed).toMatchObject([{ reason: { code: '55P03' } }]);
    await end('ROLLBACK');
    expect(await store.update(doneOf(id()))).toBeGreaterThan(0);
  });

  it('is given up by a renewal of many, the others being renewed', async () => {
    await Promise.all(ids.map((one) => store.claim(claimOf(one))));
    const lock = 'SELECT 1 FROM runtwice_ledger WHERE id = $1 FOR UPDATE';
    const end = await transaction(lock, [Buffer.from(id())]);
    const renewals = ids.map((one) => ({ id: one, owner: ownerOf(one), leaseMs: 60_000 }));
    expect(await store.renew(renewals)).toEqual(ids.map((one) => one !== id()));
    await expect(store.renew(renewals.slice(7, 8))).rejects.toMatchObject({ code: '55P03' });
    await end('ROLLBACK');
    expect(await store.renew(renewals)).toEqual(ids.map(() => true));
  });

  it('is left alone by a purge', async () => {
    await Promise.all(ids.map((one) => store.claim(claimOf(one, { keepMs: 0, rememberMs: 0 }))));
    await Promise.all(ids.map((one) => store.update(doneOf(one))));
    const lock = 'SELECT 1 FROM runtwice_ledger WHERE id = $1 FOR UPDATE';
    const end = await transaction(lock, [Buffer.from(id())]);
    const prefix = `case ${count} `;
    const { removed, more } = await store.purge({ prefix, limit: 100 });
    expect([removed, more]).toEqual([19, false]);
    await end('ROLLBACK');
    expect(await store.purge({ prefix, limit: 100 })).toMatchObject({ removed: 1 });
  });
});
