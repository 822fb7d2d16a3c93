// What is sent, how long it waits, and what a lost reply costs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MysqlPromiseClient, MysqlQuery } from '../../../src/clients/mysql.ts';
import { mysqlStore } from '../../../src/stores/mysql/index.ts';
import { Database, isMysqlThere } from '../../support/mysql.ts';
import { claimOf, doneOf, ownerOf } from '../../support/requests.ts';
import { asMysql } from './as-mysql.ts';

const isThere = await isMysqlThere('the statements of the MySQL store');

/** A client that notes what is sent; `after` may then lose the reply. */
function noting(client: MysqlPromiseClient, after: (query: MysqlQuery) => void = () => {}) {
  const sent: string[] = [];
  const note = (send: MysqlPromiseClient['query']) => async (query: MysqlQuery) => {
    sent.push(query.sql.replace(/^SET STATEMENT .*? FOR /u, '').slice(0, 6));
    const reply = await send(query);
    after(query);
    return reply;
  };
  const noted = {
    query: note((query) => client.query(query)),
    execute: note((query) => client.execute(query)),
  };
  return { client: noted, since: () => sent.splice(0) };
}

describe.runIf(isThere)('what is sent', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  it.each([
    { kind: 'MariaDB', known: ['INSERT'] },
    { kind: 'MySQL', known: ['INSERT', 'SELECT'] },
  ])('to $kind: a new key costs two round trips, a known one $known', async ({ kind, known }) => {
    const pool = db.pool();
    const { client, since } = noting(kind === 'MySQL' ? asMysql(pool) : pool);
    const store = await mysqlStore(client);
    since();
    await store.claim(claimOf(kind));
    await store.update(doneOf(kind));
    expect(since()).toEqual(['INSERT', 'UPDATE']);
    expect(await store.claim(claimOf(kind, { owner: 'b' }))).toMatchObject({ claimed: false });
    expect(since()).toEqual(known);
  });

  it('for 64 at once is the first, and one statement for all others', async () => {
    const { client, since } = noting(db.pool());
    const store = await mysqlStore(client);
    since();
    const ids = Array.from({ length: 64 }, (_, n) => `many ${n}`);
    await store.claim(claimOf('many first'));
    since();
    const first = store.claim(claimOf('many second'));
    await new Promise((resolve) => process.nextTick(resolve));
    const claims = await Promise.all([first, ...ids.map((id) => store.claim(claimOf(id)))]);
    expect(claims.every(({ claimed }) => claimed)).toBe(true);
    expect(since()).toEqual(['INSERT', 'INSERT']);
    const ends = await Promise.all(ids.map((id) => store.update(doneOf(id))));
    expect(since()).toEqual(['UPDATE']);
    const reads = await Promise.all(ids.map((id) => store.read(id)));
    expect(reads.map((reply) => reply?.record.finishedAt)).toEqual(ends);
  });

  it('says which of many ends were not the owner’s', async () => {
    const store = await mysqlStore(db.pool());
    const ids = Array.from({ length: 9 }, (_, n) => `mixed ${n}`);
    for (const id of ids) await store.claim(claimOf(id));
    const requests = ids.map((id, n) => doneOf(id, n % 3 === 0 ? { owner: 'another' } : {}));
    const ends = await Promise.all(requests.map((request) => store.update(request)));
    expect(ends.map((at) => at === undefined)).toEqual(ids.map((_, n) => n % 3 === 0));
  });

  it('is found by the key, however many rows there are', async () => {
    const pool = db.pool();
    const texts: MysqlQuery[] = [];
    const { client } = noting(pool, (query) => texts.push(query));
    const store = await mysqlStore(client);
    const ids = Array.from({ length: 20 }, (_, n) => `plan ${n}`);
    await Promise.all(ids.map((id) => store.claim(claimOf(id))));
    await Promise.all(ids.map((id) => store.update(doneOf(id))));
    await store.renew(ids.map((id) => ({ id, owner: ownerOf(id), leaseMs: 1 })));
    const updates = texts.filter(({ sql }) => /UPDATE \(/.test(sql));
    expect(updates.length).toBeGreaterThanOrEqual(2);
    for (const { sql, values = [] } of updates) {
      const [plan] = await pool.query(
        `EXPLAIN ${sql.replace(/^SET STATEMENT .*? FOR /u, '')}`,
        values,
      );
      const rows = plan as { table: string; type: string; key: string }[];
      expect(rows.find(({ table }) => table === 't')).toMatchObject({
        type: 'eq_ref',
        key: 'PRIMARY',
      });
    }
  });
});

describe.runIf(isThere)('a row that another transaction holds', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  it('is said to be at work, after the time that was set, and holds up no others', async () => {
    const store = await mysqlStore(db.pool(), { lockTimeout: 0 });
    await store.claim(claimOf('held'));
    const other = await db.connection();
    await other.query('START TRANSACTION');
    await other.query("SELECT 1 FROM runtwice_ledger WHERE id = 'held' FOR UPDATE");
    const ids = ['held', 'x', 'y', 'z'];
    const replies = await Promise.all(ids.map((id) => store.claim(claimOf(id, { owner: 'b' }))));
    expect(replies.map(({ claimed }) => claimed)).toEqual([false, true, true, true]);
    expect(replies[0]?.record.state).toBe('running');
    const leases = ['x', 'held', 'y'].map((id) => ({ id, owner: 'b', leaseMs: 9000 }));
    expect(await store.renew(leases)).toEqual([true, false, true]);
    await other.query('ROLLBACK');
  });
});

describe.runIf(isThere)('a reply that is lost', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  it.each(['MariaDB', 'MySQL'])(
    'by %s: the same claim holds, and the same end is made',
    async (kind) => {
      let isLosing = false;
      const pool = db.pool();
      const { client } = noting(kind === 'MySQL' ? asMysql(pool) : pool, () => {
        if (isLosing) throw new Error('Connection lost');
      });
      const store = await mysqlStore(client);
      const lose = async (send: () => Promise<unknown>) => {
        isLosing = true;
        await expect(send()).rejects.toThrow('Connection lost');
        isLosing = false;
      };
      await lose(() => store.claim(claimOf(kind)));
      expect(await store.claim(claimOf(kind))).toMatchObject({
        claimed: true,
        record: { attempt: 1 },
      });
      const takeover = { owner: ownerOf(kind), evenIfLeased: true };
      await store.claim(claimOf(kind, { owner: 'b', takeover }));
      await lose(() => store.update(doneOf(kind, { owner: 'b' })));
      const at = await store.update(doneOf(kind, { owner: 'b' }));
      expect((await store.read(kind))?.record).toMatchObject({ attempt: 2, finishedAt: at });
      expect(await store.update(doneOf(kind))).toBeUndefined();
    },
  );

  it('because the server ended the connection while the statement waited: nothing was done', async () => {
    const own = await db.connection();
    const store = await mysqlStore(own);
    const other = await db.connection();
    await other.query('START TRANSACTION');
    await other.query(
      "INSERT INTO runtwice_ledger SELECT 'killed', 'f', 'o', 0, 1, 0, 0, 0, 0, 0, 0, 0, '', NULL, NULL",
    );
    const failed = expect(store.claim(claimOf('killed'))).rejects.toThrow();
    await db.untilWaiting();
    await db.ask(`KILL ${own.threadId}`);
    await failed;
    await other.query('ROLLBACK');
    const again = await mysqlStore(db.pool());
    expect((await again.claim(claimOf('killed'))).claimed).toBe(true);
  });
});

describe.runIf(isThere)("the server's time", () => {
  it.each(['+00:00', '+05:30', '-11:00'])('is the same in the time zone %s', async (zone) => {
    const db = await Database.create();
    const connection = await db.connection();
    await connection.query('SET time_zone = ?', [zone]);
    const store = await mysqlStore(connection);
    const before = Date.now();
    const { now, record } = await store.claim(claimOf('a', { leaseMs: 5000 }));
    expect(now).toBeGreaterThanOrEqual(before - 1);
    expect(now).toBeLessThanOrEqual(Date.now() + 1);
    expect(record.leaseUntil - record.startedAt).toBe(5000);
    await db.drop();
  });
});
