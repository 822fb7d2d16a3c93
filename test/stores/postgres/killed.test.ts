// Connections that are lost between a write and its reply: whoever repeats it learns how it went.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PostgresClient } from '../../../src/clients/postgres.ts';
import { createLedger } from '../../../src/once/ledger.ts';
import type { Store } from '../../../src/once/store/types.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { LossyProxy } from '../../support/postgres-proxy.ts';
import { claimOf, doneOf, ownerOf, RESULT } from '../../support/requests.ts';

const isThere = await isPostgresThere('lost connections to PostgreSQL');

describe.runIf(isThere).each(['pg', 'postgres.js'])('a connection of %s', (driver) => {
  let db: Database;
  let proxy: LossyProxy;
  let store: Store;
  let count = 0;
  let id = '';
  beforeAll(async () => {
    db = await Database.create();
    proxy = await LossyProxy.to(db.address);
    const { host, port } = proxy.address;
    const application = `lost ${driver}`;
    const client: PostgresClient =
      driver === 'pg'
        ? db.pool({ host, port, application_name: application })
        : db.js({ host, port, fetch_types: false, connection: { application_name: application } });
    store = await postgresStore(client);
  });
  beforeEach(() => {
    id = `key ${++count}`;
  });
  afterAll(async () => {
    await db.end();
    await proxy.close();
    await db.drop();
  });

  /** The server ends the store's connections, its replies being on their way still. */
  async function terminate(): Promise<void> {
    await db.ask(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [`lost ${driver}`],
    );
    proxy.cut();
  }

  /** Sends that, and loses the reply once the row says that it is done. */
  async function lose(send: () => Promise<unknown>, row: string): Promise<void> {
    proxy.hold();
    const failed = expect(send()).rejects.toThrow();
    await db.until(`SELECT 1 FROM runtwice_ledger WHERE id = $1 AND ${row}`, [Buffer.from(id)]);
    await terminate();
    await failed;
  }

  it('is lost after a claim: the same claim holds', async () => {
    await lose(() => store.claim(claimOf(id)), 'state = 0');
    expect(await store.claim(claimOf(id))).toMatchObject({ claimed: true, record: { attempt: 1 } });
    expect((await store.claim(claimOf(id, { owner: 'b' }))).claimed).toBe(false);
  });

  it('is lost after a takeover: the same takeover holds', async () => {
    await store.claim(claimOf(id));
    const takeover = { owner: ownerOf(id), evenIfLeased: true };
    const request = claimOf(id, { owner: 'b', takeover });
    await lose(() => store.claim(request), 'attempt = 2');
    expect(await store.claim(request)).toMatchObject({ claimed: true, record: { attempt: 2 } });
  });

  it('is lost after an end: the same end is made already, at the same time', async () => {
    await store.claim(claimOf(id));
    await lose(() => store.update(doneOf(id)), 'state = 1');
    const at = await store.update(doneOf(id));
    const reply = await store.read(id);
    expect(reply?.record).toMatchObject({ state: 'done', result: RESULT, finishedAt: at });
    expect(await store.update(doneOf(id, { owner: 'b' }))).toBeUndefined();
  });

  it('is lost after the claims and ends of many, which are repeated', async () => {
    const ids = [id, ...Array.from({ length: 20 }, (_, index) => `${id} ${index}`)];
    const claims = () => Promise.all(ids.map((one) => store.claim(claimOf(one))));
    await lose(claims, 'state = 0');
    expect((await claims()).every(({ claimed }) => claimed)).toBe(true);
    const ends = () => Promise.all(ids.map((one) => store.update(doneOf(one))));
    await lose(ends, 'state = 1');
    expect(await ends()).not.toContain(undefined);
  });

  it('is lost while the statement waits: nothing was done, and the next one does it', async () => {
    const other = await db.client();
    await other.query('BEGIN');
    await other.query('LOCK TABLE runtwice_ledger IN SHARE MODE');
    const failed = expect(store.claim(claimOf(id))).rejects.toThrow();
    await db.untilWaiting();
    await terminate();
    await failed;
    await other.query('ROLLBACK');
    expect(await store.read(id)).toBeUndefined();
    expect((await store.claim(claimOf(id))).claimed).toBe(true);
  });

  it('is lost at the end of a call: the caller has the result, and the effect happened once', async () => {
    const ledger = createLedger({ store, namespace: `n${count}`, keep: '1d' });
    id = `n${count}//charge/k`;
    const call = { operation: 'charge', key: 'k', input: 7 };
    let runs = 0;
    const result = ledger.once(call, () => {
      proxy.hold();
      return ++runs;
    });
    await db.until('SELECT 1 FROM runtwice_ledger WHERE id = $1 AND state = 1', [Buffer.from(id)]);
    await terminate();
    expect(await result).toBe(1);
    expect([await ledger.once(call, () => ++runs), runs]).toEqual([1, 1]);
    await ledger.close();
  });
});
