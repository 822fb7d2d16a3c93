// How often the server is asked: counted at the client.
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PgQuery } from '../../../src/clients/pg.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { claimOf, doneOf, ownerOf, RESULT } from '../../support/requests.ts';

/** What a client was asked, by the kinds of the statements. */
class Asked {
  kinds: string[] = [];

  /** The kinds since the last call. */
  take(): string[] {
    return this.kinds.splice(0);
  }

  pool(pool: pg.Pool): pg.Pool {
    const query = pool.query.bind(pool) as (query: PgQuery) => Promise<{ rows: unknown[] }>;
    return Object.assign(pool, {
      query: (config: PgQuery) => {
        this.kinds.push(/^runtwice_([a-z]+)_/u.exec(config.name ?? '')?.[1] ?? '?');
        return query(config);
      },
    });
  }
}

describe.runIf(await isPostgresThere('the round trips to PostgreSQL'))('a round trip', () => {
  let db: Database;
  const asked = new Asked();
  let store: Awaited<ReturnType<typeof postgresStore>>;
  beforeAll(async () => {
    db = await Database.create();
    store = await postgresStore(asked.pool(db.pool()));
  });
  afterAll(() => db.drop());

  it('opens: three make the table, one finds it', async () => {
    expect(asked.take()).toEqual(['facts', '?', 'facts']);
    await postgresStore(asked.pool(db.pool()));
    expect(asked.take()).toEqual(['facts']);
  });

  it('claims, and one finishes', async () => {
    expect((await store.claim(claimOf('new'))).claimed).toBe(true);
    expect(asked.take()).toEqual(['claim']);
    expect(await store.update(doneOf('new'))).toBeGreaterThan(0);
    expect(asked.take()).toEqual(['update']);
  });

  it('claims what is known, running, or released', async () => {
    expect((await store.claim(claimOf('new', { owner: 'b' }))).record.result).toEqual(RESULT);
    await store.claim(claimOf('running'));
    await store.claim(claimOf('released'));
    await store.update(doneOf('released', { state: 'released', result: undefined }));
    asked.take();
    expect((await store.claim(claimOf('running', { owner: 'b' }))).claimed).toBe(false);
    expect((await store.claim(claimOf('released', { owner: 'b' }))).record.attempt).toBe(2);
    expect(asked.take()).toEqual(['claim', 'claim']);
  });

  it('takes over, and one is refused', async () => {
    await store.claim(claimOf('dead'));
    asked.take();
    const takeover = { owner: ownerOf('dead'), evenIfLeased: true };
    const claims = ['b', 'c'].map((owner) => claimOf('dead', { owner, takeover }));
    for (const claim of claims) await store.claim(claim);
    expect(asked.take()).toEqual(['takeover', 'takeover']);
  });

  it('repeats an update, and one refuses another', async () => {
    expect(await store.update(doneOf('new'))).toBeGreaterThan(0);
    expect(await store.update(doneOf('new', { owner: 'b' }))).toBeUndefined();
    expect(await store.update(doneOf('none'))).toBeUndefined();
    expect(asked.take()).toEqual(['update', 'update', 'update']);
  });

  it('renews many, and none renews nothing', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `many ${index}`);
    await Promise.all(ids.map((id) => store.claim(claimOf(id))));
    asked.take();
    const renewals = ids.map((id) => ({ id, owner: ownerOf(id), leaseMs: 60_000 }));
    expect(await store.renew(renewals)).toEqual(ids.map(() => true));
    expect(await store.renew([])).toEqual([]);
    expect(asked.take()).toEqual(['renew']);
  });

  it('reads, lists, counts, removes, purges', async () => {
    await store.read('new');
    await store.list({ prefix: 'many', limit: 10 });
    await store.stats('');
    await store.remove('many 7', ownerOf('many 7'));
    await store.purge({ prefix: '', limit: 10 });
    expect(asked.take()).toEqual(['read', 'list', 'stats', 'remove', 'purge']);
  });

  it('is shared by those who come together', async () => {
    const ids = Array.from({ length: 64 }, (_, index) => `together ${index}`);
    await Promise.all(
      ids.map(async (id) => {
        await store.claim(claimOf(id));
        await store.update(doneOf(id));
        await store.claim(claimOf(id, { owner: 'b' }));
      }),
    );
    expect(asked.take()).toEqual(['claims', 'updates', 'claims']);
  });

  it('is shared by all but the first where one came first', async () => {
    const first = store.claim(claimOf('first'));
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const ids = ['first', 'second', 'third', 'third'];
    const others = ids.map((id, n) => store.claim(claimOf(id, { owner: `owner ${n}` })));
    const replies = await Promise.all([first, ...others]);
    expect(replies.map(({ claimed }) => claimed)).toEqual([true, false, true, true, false]);
    expect(asked.take()).toEqual(['claim', 'claims', 'claim']);
  });

  it('is not more on the wire than at the client', async () => {
    const counts = await messages(db, async (client) => {
      const counted = await postgresStore(client);
      for (const id of ['a', 'b', 'c']) {
        await counted.claim(claimOf(`wire ${id}`));
        await counted.update(doneOf(`wire ${id}`));
      }
    });
    // The last message of each question, and of each answer.
    expect(counts).toEqual({ sync: 7, ready: 7 });
  });
});

/** How often the client ended a question, and the server an answer. */
async function messages(
  db: Database,
  run: (client: pg.Client) => Promise<void>,
): Promise<{ sync: number; ready: number }> {
  const client = await db.client();
  const { connection } = client as unknown as {
    connection: pg.Connection & { sync: () => void };
  };
  const counts = { sync: 0, ready: 0 };
  const sync = connection.sync.bind(connection);
  connection.sync = () => {
    counts.sync += 1;
    sync();
  };
  connection.on('readyForQuery', () => {
    counts.ready += 1;
  });
  await run(client);
  return counts;
}
