import { describe, expect, it } from 'vitest';
import { isRuntwiceError } from '../../../src/core/errors.ts';
import type { ClaimReply, Store } from '../../../src/once/store/types.ts';
import { memoryStore } from '../../../src/stores/memory/index.ts';

const EVER = Number.POSITIVE_INFINITY;

function claim(store: Store, id: string, keepMs = EVER): Promise<ClaimReply> {
  const times = { leaseMs: 1000, keepMs, rememberMs: 0 };
  return store.claim({ id, fingerprint: 'f', owner: `owner of ${id}`, ...times });
}

describe('a full memory store', () => {
  it('refuses new keys, and says what to do', async () => {
    const store = memoryStore({ maxKeys: 2 });
    await claim(store, 'a');
    await claim(store, 'b');
    const error: unknown = await claim(store, 'c').catch((reason: unknown) => reason);
    expect(isRuntwiceError(error, 'ERR_RUNTWICE_STORE_FULL')).toBe(true);
    expect(error).toMatchObject({ message: expect.stringContaining('2 keys') });
    expect(await store.read('c')).toBeUndefined();
  });

  it('evicts nothing, and still answers for what it holds', async () => {
    const store = memoryStore({ maxKeys: 1 });
    await claim(store, 'a');
    await claim(store, 'b').catch(() => {});
    expect((await claim(store, 'a')).claimed).toBe(true);
    const result = { codec: 'json', text: '1' };
    expect(
      await store.update({ id: 'a', owner: 'owner of a', state: 'done', result }),
    ).toBeDefined();
    expect((await store.read('a'))?.record.result).toEqual(result);
  });

  it('has room again after a purge, and after a key was removed', async () => {
    const store = memoryStore({ maxKeys: 1 });
    await claim(store, 'a', 0);
    await store.update({ id: 'a', owner: 'owner of a', state: 'done' });
    expect(await store.purge({ prefix: '', limit: 10 })).toMatchObject({ removed: 1 });
    expect((await claim(store, 'b')).claimed).toBe(true);
    await store.remove('b', 'owner of b');
    expect((await claim(store, 'c')).claimed).toBe(true);
  });
});

it('two memory stores know nothing of each other', async () => {
  await claim(memoryStore(), 'a');
  expect(await memoryStore().read('a')).toBeUndefined();
});

it("goes by the machine's clock unless it is told another", async () => {
  const before = Date.now();
  const { now } = await claim(memoryStore(), 'a');
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
