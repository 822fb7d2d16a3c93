import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoredRecord } from '../../../src/once/store/types.ts';
import { sqliteStore } from '../../../src/stores/sqlite/index.ts';
import { type Ended, newSeed, together } from '../../support/sqlite-processes.ts';
import { tempFolder } from '../../support/tree.ts';

const EVER = Number.POSITIVE_INFINITY;

function keys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key-${index}`);
}

async function recordsOf(path: string): Promise<Map<string, StoredRecord>> {
  const store = await sqliteStore(path);
  const { records } = await store.list({ prefix: '', limit: 10_000 });
  await store.close();
  return new Map(records.map(({ id, record }) => [id, record]));
}

/** No process met an error, and each id was won once, by the process whose result it has. */
async function expectWonOnce(
  path: string,
  ended: readonly Ended[],
  count: number,
  attempt: number,
): Promise<void> {
  expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
  const won = ended.flatMap((one) => one.won);
  expect([...won].sort()).toEqual(keys(count).sort());
  const records = await recordsOf(path);
  expect(records.size).toBe(count);
  for (const [id, record] of records) {
    const result = { codec: 'json', text: JSON.stringify(record.owner) };
    expect(record, id).toMatchObject({ state: 'done', attempt, progress: 'half', result });
  }
}

describe.each([2, 4])('%d processes with one file', (processes) => {
  it('claim the same ids: each is won once, and nobody hears of a lock', async () => {
    const path = join(tempFolder(), 'ledger.db');
    const ended = await together(processes, 'claim', path, newSeed('claims'), 200);
    await expectWonOnce(path, ended, 200, 1);
  });

  it('take over the same ids: each is won once', async () => {
    const path = join(tempFolder(), 'ledger.db');
    const store = await sqliteStore(path);
    const times = { leaseMs: 0, keepMs: EVER, rememberMs: 0 };
    const dead = { owner: 'dead', fingerprint: 'f', ...times };
    await Promise.all(keys(200).map((id) => store.claim({ id, ...dead })));
    const ended = await together(processes, 'takeOver', path, newSeed('takeovers'), 200);
    await store.close();
    await expectWonOnce(path, ended, 200, 2);
  });

  it('open and close the file for each id, as commands do', async () => {
    const path = join(tempFolder(), 'ledger.db');
    const ended = await together(processes, 'command', path, newSeed('commands'), 60);
    await expectWonOnce(path, ended, 60, 1);
  });
});

describe('eight processes with a file that is not there yet', () => {
  it.each(keys(5))('all open it, in a folder that is not there either (%s)', async () => {
    const path = join(tempFolder(), 'new', 'folder', 'ledger.db');
    const ended = await together(8, 'command', path, newSeed('starters'), 1);
    await expectWonOnce(path, ended, 1, 1);
  });
});

describe('two stores on one file in one process', () => {
  it('claim the same ids: each is won once', async () => {
    const path = join(tempFolder(), 'ledger.db');
    const stores = await Promise.all([sqliteStore(path), sqliteStore(path)]);
    const times = { leaseMs: 60_000, keepMs: EVER, rememberMs: 0 };
    const replies = await Promise.all(
      keys(100).flatMap((id) =>
        stores.map((store, index) =>
          store.claim({ id, owner: `store-${index}`, fingerprint: 'f', ...times }),
        ),
      ),
    );
    expect(replies.filter(({ claimed }) => claimed).length).toBe(100);
    for (const [one, other] of pairs(replies)) {
      expect(other?.record).toEqual(one?.record);
    }
    await Promise.all(stores.map((store) => store.close()));
  });
});

function pairs<Item>(items: readonly Item[]): (Item | undefined)[][] {
  return items.flatMap((_, index) => (index % 2 === 0 ? [items.slice(index, index + 2)] : []));
}
