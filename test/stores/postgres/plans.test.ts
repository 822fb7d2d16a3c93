import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Plans } from '../../../src/stores/postgres/plans.ts';
import { statementsOf } from '../../../src/stores/postgres/statements.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { claimOf, doneOf } from '../../support/requests.ts';

describe('the statements', () => {
  it('are prepared anew after 32, 256, 2048 and 16,384 claims', () => {
    const plans = new Plans((stage) => statementsOf('"t"', 1, stage));
    const names = new Set<string>();
    const namesAfter = (count: number) => {
      names.add(plans.forClaims(count).claimOne.name);
      expect(plans.current.claimOne.name).toBe([...names].at(-1));
      return names.size;
    };
    expect([31, 1, 100, 124, 2000, 20_000, 100_000].map(namesAfter)).toEqual([1, 2, 2, 3, 4, 5, 5]);
  });

  it('have names of their own', () => {
    const all = [0, 1].flatMap((stage) => Object.values(statementsOf('"t"', 1, stage)));
    const texts = new Set(all.map(({ text }) => text));
    expect(new Set(all.map(({ name }) => name)).size).toBe(texts.size);
    for (const { name } of all) expect(name.length).toBeLessThan(64);
  });
});

describe.runIf(await isPostgresThere('plans in PostgreSQL'))('a table that grows fast', () => {
  let db: Database;
  beforeAll(async () => {
    db = await Database.create();
  });
  afterAll(() => db.drop());

  const GROW = `INSERT INTO runtwice_ledger SELECT 1, 1, 1, 1, 9e15, 1,
    decode(md5(n::text), 'hex'), 'f', 'o', 1, 1, 1, '' FROM generate_series($1::int, $2) AS n`;

  async function readInOrder(): Promise<number> {
    const [row] = await db.ask<{ read: string }>(
      "SELECT seq_tup_read AS read FROM pg_stat_user_tables WHERE relname = 'runtwice_ledger'",
    );
    return Number(row?.read);
  }

  it('is not read whole for long, though it was small when the statements were planned', async () => {
    const client = await db.client();
    const store = await postgresStore(client);
    await db.ask('ALTER TABLE runtwice_ledger SET (autovacuum_enabled = off)');
    await db.ask(GROW, [1, 60]);
    await db.ask('ANALYZE runtwice_ledger');
    let next = 0;
    const round = async (count: number) => {
      const ids = Array.from({ length: count }, () => `key ${next++}`);
      await Promise.all(ids.map((id) => store.claim(claimOf(id))));
      await Promise.all(ids.map((id) => store.update(doneOf(id))));
    };
    for (let index = 0; index < 10; index++) await round(2);
    await db.ask(GROW, [1000, 6000]);
    for (let index = 0; index < 20; index++) await round(2);
    // From here on the 32 are over: 6,000 rows are not read for one.
    await client.query('SELECT pg_stat_force_next_flush()');
    await client.query('SELECT 1');
    const before = await readInOrder();
    for (let index = 0; index < 20; index++) await round(2);
    for (let index = 0; index < 20; index++) await round(1);
    await client.query('SELECT pg_stat_force_next_flush()');
    await client.query('SELECT 1');
    expect((await readInOrder()) - before).toBe(0);
  });
});
