import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlClient } from '../../../src/clients/sql.ts';
import { askOf } from '../../../src/stores/postgres/ask.ts';
import { claimMany, claimOne } from '../../../src/stores/postgres/claims.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { statementsOf } from '../../../src/stores/postgres/statements.ts';
import { updateMany, updateOne } from '../../../src/stores/postgres/updates.ts';
import { Database, isPostgresThere } from '../../support/postgres.ts';
import { claimOf, doneOf } from '../../support/requests.ts';

const statements = statementsOf('"t"', 1);

/** A client whose every answer is the same. */
function answering(answer: () => (string | null)[][]): { client: SqlClient; count: () => number } {
  let asked = 0;
  const query = async () => {
    asked += 1;
    return answer();
  };
  return { client: { query, run: async () => {} }, count: () => asked };
}

function failing(...codes: string[]) {
  return answering(() => {
    const code = codes.shift();
    if (code !== undefined) throw Object.assign(new Error(`code ${code}`), { code });
    return [['1']];
  });
}

describe('a statement that failed', () => {
  it.each(['40001', '40P01'])('with %s is sent again', async (code) => {
    const { client, count } = failing(code, code);
    expect(await askOf(client)(statements.read, [])).toEqual([['1']]);
    expect(count()).toBe(3);
  });

  it.each(['57P01', '23505', '55P03', 'ECONNRESET'])('with %s is not', async (code) => {
    const { client, count } = failing(code);
    await expect(askOf(client)(statements.read, [])).rejects.toThrow(code);
    expect(count()).toBe(1);
  });

  it('again and again is given up', async () => {
    const { client, count } = failing(...Array.from({ length: 100 }, () => '40001'));
    await expect(askOf(client)(statements.read, [])).rejects.toThrow('40001');
    expect(count()).toBe(20);
  });

  it.each(['26000', '42P05'])('with %s was mixed up by a pooler: says so', async (code) => {
    const asked = askOf(failing(code).client)(statements.read, []);
    await expect(asked).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_STORE_UNAVAILABLE',
      fix: expect.stringContaining('prepare: false'),
    });
  });
});

describe('a row that others change before a statement comes to it', () => {
  it('each time is given up in the end', async () => {
    const nothing = answering(() => []);
    const again = answering(() => [[null, '\\x61']]);
    const [ask, askAgain] = [askOf(nothing.client), askOf(again.client)];
    await expect(claimOne(ask, statements, claimOf('a'))).rejects.toThrow('"a" is changed');
    await expect(claimMany(ask, statements, [claimOf('a')])).rejects.toThrow('"a" is changed');
    await expect(updateOne(askAgain, statements, doneOf('a'))).rejects.toThrow('"a" is changed');
    const updates = updateMany(askAgain, statements, [doneOf('a')]);
    await expect(updates).rejects.toThrow('"a" is changed');
    expect([nothing.count(), again.count()]).toEqual([40, 40]);
  });
});

const LEVELS = ['read committed', 'repeatable read', 'serializable'];

describe.runIf(await isPostgresThere('isolation levels of PostgreSQL')).each(LEVELS)(
  'with transactions that are %s by default',
  (level) => {
    let db: Database;
    beforeAll(async () => {
      db = await Database.create();
      await db.ask(
        `ALTER DATABASE ${db.address.database} SET default_transaction_isolation = '${level}'`,
      );
    });
    afterAll(() => db.drop());

    it('one claim of many at the same time wins, and one takeover, and nobody fails', async () => {
      const stores = await Promise.all(
        [1, 2, 3, 4].map(() => postgresStore(db.pool({ max: 2 }), { lockTimeout: '10s' })),
      );
      const ids = Array.from({ length: 40 }, (_, index) => `key ${index}`);
      const claims = async (takeover?: { owner: string; evenIfLeased: boolean }) => {
        const replies = await Promise.all(
          stores.flatMap((store, n) =>
            ids.map((id) => store.claim(claimOf(id, { owner: `owner ${n}`, takeover }))),
          ),
        );
        return replies.filter(({ claimed }) => claimed);
      };
      expect(await claims()).toHaveLength(ids.length);
      await db.ask("UPDATE runtwice_ledger SET owner = 'dead'");
      expect(await claims({ owner: 'dead', evenIfLeased: true })).toHaveLength(ids.length);
      expect(await db.ask('SELECT 1 FROM runtwice_ledger WHERE attempt <> 2')).toEqual([]);
    });
  },
);
