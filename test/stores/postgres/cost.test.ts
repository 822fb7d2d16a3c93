// What keys cost the server: counted, not timed, on a server that does nothing else.
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/once/store/types.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database } from '../../support/postgres.ts';
import { isPostgresInstalled, PrivateServer } from '../../support/postgres-private.ts';
import { claimOf, doneOf } from '../../support/requests.ts';

interface Cost {
  wal: number;
  syncs: number;
  updates: number;
  inPlace: number;
}

function newKeys(count: number): string[] {
  return Array.from({ length: count }, () => `shop//charge/${randomBytes(20).toString('hex')}`);
}

async function finish(store: Store, id: string): Promise<void> {
  await store.claim(claimOf(id));
  await store.update(doneOf(id));
}

describe.runIf(isPostgresInstalled('what keys cost in PostgreSQL'))('a key', () => {
  let server: PrivateServer;
  let db: Database;
  let client: pg.Client;
  let store: Store;
  beforeAll(async () => {
    // Neither a checkpoint's whole pages nor the background's own records are to be counted.
    server = new PrivateServer({ max_wal_size: '4GB', checkpoint_timeout: '1h', fsync: 'on' });
    server.start();
    db = new Database(server.address);
    client = await db.client();
    store = await postgresStore(client);
    for (const id of newKeys(1000)) await finish(store, id);
  });
  afterAll(async () => {
    await db.end();
    server.remove();
  });

  /** What the server counts while that runs. */
  async function costOf(run: () => Promise<void>): Promise<Cost> {
    const before = await counts();
    await run();
    const after = await counts();
    const names = ['wal', 'syncs', 'updates', 'inPlace'] as const;
    const pairs = names.map((name) => [name, after[name] - before[name]]);
    return Object.fromEntries(pairs) as Record<(typeof names)[number], number>;
  }

  async function counts(): Promise<Cost> {
    // A connection tells of what it did at the end of a transaction, when it is told to.
    await client.query('SELECT pg_stat_force_next_flush()');
    await client.query('SELECT 1');
    const { rows } = await client.query<Record<keyof Cost, string>>(`SELECT
      pg_current_wal_insert_lsn() - '0/0' AS wal, (SELECT wal_sync FROM pg_stat_wal) AS syncs,
      n_tup_upd AS updates, n_tup_hot_upd AS "inPlace"
      FROM pg_stat_user_tables WHERE relname = 'runtwice_ledger'`);
    const [row] = rows;
    if (row === undefined) throw new Error('no counts');
    const { wal, syncs, updates, inPlace } = row;
    return { wal: +wal, syncs: +syncs, updates: +updates, inPlace: +inPlace };
  }

  it('that is new: two syncs, 950 bytes of log, and no index is touched at its end', async () => {
    const count = 1000;
    const logged: number[] = [];
    // Pages of the index that are split, and the server's own notes, add some of a hundred to it.
    for (const _ of [1, 2, 3]) {
      const cost = await costOf(async () => {
        for (const id of newKeys(count)) await finish(store, id);
      });
      logged.push(cost.wal / count);
      expect(cost.syncs).toBeGreaterThan(count);
      expect(cost.syncs).toBeLessThanOrEqual(2 * count + 5);
      expect([cost.updates, cost.inPlace]).toEqual([count, count]);
    }
    console.log(`A new key: ${logged.map(Math.round).join(', ')} bytes of log.`);
    expect(Math.min(...logged)).toBeLessThanOrEqual(950);
  });

  it('that is known: no sync, and next to no log', async () => {
    const [id = ''] = newKeys(1);
    await finish(store, id);
    const cost = await costOf(async () => {
      for (let index = 0; index < 1000; index++) {
        await store.claim(claimOf(id, { owner: `other ${index}` }));
      }
    });
    expect(cost.syncs).toBe(0);
    expect(cost.wal / 1000).toBeLessThan(15);
  });

  it('that is running or unknown costs as little to be refused', async () => {
    const ids = newKeys(2);
    for (const id of ids) await store.claim(claimOf(id));
    await store.update(doneOf(ids[1] ?? '', { state: 'unknown', result: undefined }));
    const takeover = { owner: 'another', evenIfLeased: true };
    const cost = await costOf(async () => {
      for (let index = 0; index < 500; index++) {
        for (const id of ids) {
          await store.claim(claimOf(id, { owner: 'b' }));
          await store.claim(claimOf(id, { owner: 'b', takeover }));
        }
      }
    });
    expect(cost.syncs).toBe(0);
    expect(cost.wal / 2000).toBeLessThan(15);
  });

  it('that is shared with 15 others: 1,200 bytes of log, as its row may move to another page', async () => {
    const count = 1600;
    const shared = await postgresStore(db.pool());
    const before = await counts();
    for (let round = 0; round < count / 16; round++) {
      await Promise.all(newKeys(16).map((id) => finish(shared, id)));
    }
    const after = await counts();
    console.log(`A new key among 16: ${(after.wal - before.wal) / count} bytes of log.`);
    expect((after.wal - before.wal) / count).toBeLessThanOrEqual(1200);
  });

  it('renewed: in place', async () => {
    const ids = newKeys(20);
    await Promise.all(ids.map((id) => store.claim(claimOf(id))));
    const cost = await costOf(async () => {
      for (let index = 0; index < 10; index++) {
        const requests = ids.map((id) => ({ id, owner: claimOf(id).owner, leaseMs: 1000 }));
        expect(await store.renew(requests)).not.toContain(false);
      }
    });
    expect([cost.updates, cost.syncs]).toEqual([200, 10]);
    expect(cost.inPlace).toBeGreaterThan(100);
  });
});
