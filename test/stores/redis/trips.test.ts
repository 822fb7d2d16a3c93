// How often the server is asked: counted by the server itself.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisDriver } from '../../../src/clients/redis.ts';
import type { Store } from '../../../src/once/store/types.ts';
import { redisStore } from '../../../src/stores/redis/index.ts';
import { Keys } from '../../support/redis.ts';
import { isRedisInstalled, PrivateRedis } from '../../support/redis-private.ts';
import { claimOf, doneOf, ownerOf, RESULT } from '../../support/requests.ts';

/** What scripts call is no round trip. */
const INSIDE = ['get', 'set', 'setrange', 'time', 'del'];

describe.runIf(isRedisInstalled('the round trips to Redis'))('a round trip', () => {
  let server: PrivateRedis;
  let keys: Keys;
  beforeAll(async () => {
    server = await PrivateRedis.start();
    keys = new Keys(server.address);
  });
  afterAll(async () => {
    keys.end();
    await server.remove();
  });

  /** How often which command was called while that ran. */
  async function counts(run: () => Promise<unknown>): Promise<Record<string, number>> {
    await keys.admin.config('RESETSTAT');
    await run();
    const info = await keys.admin.info('commandstats');
    const calls = [...info.matchAll(/cmdstat_([\w|]+):calls=(\d+)/gu)];
    const named = calls.map(([, name = '', count]) => [name, Number(count)] as const);
    return Object.fromEntries(
      named.filter(([name]) => !INSIDE.includes(name) && !/^config|^info/u.test(name)),
    );
  }

  const DRIVERS: Record<string, () => RedisDriver | Promise<RedisDriver>> = {
    ioredis: () => keys.ioredis(),
    'node-redis': () => keys.nodeRedis(),
  };

  describe.each(Object.keys(DRIVERS))('by %s', (name) => {
    let store: Store;
    beforeAll(async () => {
      const driver = await DRIVERS[name]?.();
      if (driver === undefined) throw new Error('no such driver');
      store = await redisStore(driver, { prefix: `${name}:` });
      await keys.admin.script('FLUSH');
    });

    it('sends a script as a whole once', async () => {
      const claim = () => store.claim(claimOf(crypto.randomUUID()));
      expect(await counts(claim)).toEqual({ evalsha: 1, eval: 1 });
      expect(await counts(claim)).toEqual({ evalsha: 1 });
      expect(await counts(() => store.update(doneOf('x')))).toEqual({ evalsha: 1, eval: 1 });
    });

    it('claims, and one finishes: a new key takes two, a known one takes one', async () => {
      const run = async () => {
        expect((await store.claim(claimOf('new'))).claimed).toBe(true);
        expect(await store.update(doneOf('new'))).toBeGreaterThan(0);
      };
      expect(await counts(run)).toEqual({ evalsha: 2 });
      const again = async () => {
        const reply = await store.claim(claimOf('new', { owner: 'b' }));
        expect(reply.record.result).toEqual(RESULT);
      };
      expect(await counts(again)).toEqual({ evalsha: 1 });
    });

    it('takes over', async () => {
      await store.claim(claimOf('dead'));
      const takeover = { owner: ownerOf('dead'), evenIfLeased: true };
      const claim = () => store.claim(claimOf('dead', { owner: 'b', takeover }));
      expect(await counts(claim)).toEqual({ evalsha: 1 });
    });

    it('renews one; many go together', async () => {
      const ids = Array.from({ length: 50 }, (_, index) => `many ${index}`);
      await Promise.all(ids.map((id) => store.claim(claimOf(id))));
      const requests = ids.map((id) => ({ id, owner: ownerOf(id), leaseMs: 1000 }));
      await store.renew(requests.slice(0, 1));
      const renew = async () => expect(await store.renew(requests)).toEqual(ids.map(() => true));
      expect(await counts(renew)).toEqual({ evalsha: 50 });
      expect(await counts(() => store.renew([]))).toEqual({});
    });

    it('reads, removes', async () => {
      await store.read('new');
      await store.remove('many 1', ownerOf('many 1'));
      expect(await counts(() => store.read('new'))).toEqual({ evalsha: 1 });
      expect(await counts(() => store.remove('many 2', 'b'))).toEqual({ evalsha: 1 });
    });

    it('goes through the keys to list, count and purge', async () => {
      const list = () => store.list({ prefix: 'many', limit: 10 });
      expect(await counts(list)).toEqual({ evalsha: 10, scan: 1 });
      const stats = await counts(() => store.stats('many'));
      expect(stats).toEqual({ getrange: 49, scan: 1 });
      const purge = await counts(() => store.purge({ prefix: 'many', limit: 10 }));
      expect(purge).toEqual({ getrange: 49, scan: 1 });
    });
  });
});
