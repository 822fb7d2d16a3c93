// A server that crashes and starts again while calls are under way.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/once/ledger.ts';
import { postgresStore } from '../../../src/stores/postgres/index.ts';
import { Database } from '../../support/postgres.ts';
import { isPostgresInstalled, PrivateServer } from '../../support/postgres-private.ts';

const KEYS = Array.from({ length: 60 }, (_, index) => `key ${index}`);

describe.runIf(isPostgresInstalled('a restart in the middle of calls'))('a restart', () => {
  let server: PrivateServer;
  let db: Database;
  beforeAll(() => {
    server = new PrivateServer();
    server.start();
    db = new Database(server.address);
  });
  afterAll(async () => {
    await db.end();
    server.remove();
  });

  it.each([1, 2, 3])(
    'in the middle of calls: no effect happens twice, and no result is lost (%i)',
    async (round) => {
      const ledger = createLedger({
        store: await postgresStore(db.pool()),
        namespace: `round ${round}`,
        keep: '1d',
      });
      const made: string[] = [];
      const count = (key: string) => made.filter((name) => name === key).length;
      const work = ledger.operation('work', async (key: string) => {
        made.push(key);
        // The server crashes under the first, the last, and one between them.
        if (made.length === round * 15) server.crash();
        return key.length;
      });
      const settle = (key: string) => work.settle(key, { key });
      const first = await inTurns(KEYS, 8, settle);
      const second = await inTurns(KEYS, 8, settle);
      expect(made.length).toBeGreaterThan(KEYS.length / 2);
      for (const [index, key] of KEYS.entries()) {
        const [before, after] = [first[index]?.outcome, second[index]?.outcome];
        expect(count(key), key).toBeLessThanOrEqual(1);
        if (before === 'created') expect(after, key).toBe('replayed');
        if (after === 'created' || after === 'replayed') expect(count(key), key).toBe(1);
        expect(['created', 'replayed', 'unknown', 'busy'], key).toContain(after);
      }
      const known = second.filter(({ outcome }) => outcome === 'replayed' || outcome === 'created');
      expect(known.length).toBeGreaterThan(KEYS.length - 20);
      await ledger.close({ drain: 0 });
    },
  );
});

/** So many at a time. */
async function inTurns<Item, Answer>(
  items: readonly Item[],
  width: number,
  run: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) answers[index] = await run(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return answers;
}
