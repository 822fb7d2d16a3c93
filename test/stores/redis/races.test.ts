import { afterAll, describe, expect, it } from 'vitest';
import { redisStore } from '../../../src/stores/redis/index.ts';
import { race } from '../../support/race.ts';
import type { Ended, Work } from '../../support/race-child.ts';
import { isRedisThere, Keys } from '../../support/redis.ts';

const DRIVERS = ['ioredis', 'node-redis', 'ioredis', 'node-redis'] as const;

describe.runIf(await isRedisThere('races of processes in Redis'))('four processes', () => {
  const keys = new Keys();
  afterAll(() => keys.clear());
  const open = () => redisStore(keys.ioredis(), { prefix: keys.prefix });

  it('claim the same key a hundred times each: one wins', async () => {
    const ids = Array.from({ length: 100 }, () => 'one');
    const ended = await raceFor('claim', ids);
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.flatMap(({ won }) => won)).toEqual(['one']);
    const store = await open();
    expect((await store.read('one'))?.record).toMatchObject({ attempt: 1, state: 'done' });
  });

  it('claim the same 500 keys: each is won once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `claim ${index}`);
    await expectWonOnce(await raceFor('claim', ids), ids, 1);
  });

  it('take over the same 500 keys of a dead process: each is won once', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => `dead ${index}`);
    const store = await open();
    const dead = { owner: 'dead', fingerprint: 'f', leaseMs: 0, keepMs: 1, rememberMs: 1 };
    await Promise.all(ids.map((id) => store.claim({ id, ...dead })));
    await expectWonOnce(await raceFor('takeOver', ids), ids, 2);
  });

  it('call with the same 200 keys: each effect happens once, and all have its result', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `call ${index}`);
    const ended = await raceFor('call', ids);
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    const effects = await keys.admin.lrange(`${keys.prefix}effects`, 0, -1);
    const results = await keys.admin.lrange(`${keys.prefix}results`, 0, -1);
    expect(effects.sort()).toEqual([...ids].sort());
    expect([results.length, new Set(results).size]).toEqual([
      ids.length * DRIVERS.length,
      ids.length,
    ]);
  });

  const raceFor = (kind: Work['kind'], ids: readonly string[]) =>
    race(DRIVERS, { kind, address: keys.address, prefix: keys.prefix, ids });

  async function expectWonOnce(
    ended: readonly Ended[],
    ids: readonly string[],
    attempt: number,
  ): Promise<void> {
    expect(ended.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ended.flatMap(({ won }) => won).sort()).toEqual([...ids].sort());
    const store = await open();
    for (const id of ids) {
      const record = (await store.read(id))?.record;
      expect(record).toMatchObject({ state: 'done', attempt });
      expect(record?.owner).toBe(record?.result?.text);
    }
  }
});
