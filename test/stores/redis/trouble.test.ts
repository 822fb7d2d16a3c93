// Servers that are full, forget their scripts, lose connections, or may not be written to.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLedger } from '../../../src/once/ledger.ts';
import type { Store } from '../../../src/once/store/types.ts';
import { redisStore } from '../../../src/stores/redis/index.ts';
import { Keys } from '../../support/redis.ts';
import { isRedisInstalled, PrivateRedis } from '../../support/redis-private.ts';
import { RedisProxy } from '../../support/redis-proxy.ts';
import { claimOf, doneOf, ownerOf, RESULT } from '../../support/requests.ts';

const isThere = isRedisInstalled('Redis in trouble');

describe.runIf(isThere).each(['ioredis', 'node-redis'] as const)('by %s,', (driver) => {
  let server: PrivateRedis;
  let proxy: RedisProxy;
  let keys: Keys;
  let store: Store;
  let count = 0;
  let id = '';
  beforeAll(async () => {
    server = await PrivateRedis.start({ appendonly: 'yes', appendfsync: 'always' });
    proxy = await RedisProxy.to(server.address);
    keys = new Keys(server.address);
    const client =
      driver === 'ioredis' ? keys.ioredis(proxy.address) : await keys.nodeRedis(proxy.address);
    store = await redisStore(client);
    // The server knows the scripts from now on: each is one trip, whose reply can be lost.
    await store.claim(claimOf('warm'));
    await store.update(doneOf('warm'));
  });
  beforeEach(() => {
    id = `key ${++count}`;
  });
  afterAll(async () => {
    keys.end();
    await proxy.close();
    await server.remove();
  });

  /** Sends that, and loses the reply once the server has done it; the client may send it again. */
  async function lose(send: () => Promise<unknown>, done: () => Promise<boolean>): Promise<void> {
    proxy.hold();
    const sent = send().then(
      () => {},
      () => {},
    );
    await server.until(done);
    proxy.cut();
    await sent;
  }

  const stateIs =
    (state: string, attempt = '1') =>
    async () => {
      const value = (await keys.admin.get(`runtwice:${id}`)) ?? '';
      return value[1] === state && Number(value.slice(34, 50)) === Number(attempt);
    };

  it('a lost reply to a claim: the same claim holds', async () => {
    await lose(() => store.claim(claimOf(id)), stateIs('0'));
    expect(await store.claim(claimOf(id))).toMatchObject({ claimed: true, record: { attempt: 1 } });
    expect((await store.claim(claimOf(id, { owner: 'b' }))).claimed).toBe(false);
  });

  it('a lost reply to a takeover: the same takeover holds', async () => {
    await store.claim(claimOf(id));
    const takeover = { owner: ownerOf(id), evenIfLeased: true };
    const request = claimOf(id, { owner: 'b', takeover });
    await lose(() => store.claim(request), stateIs('0', '2'));
    expect(await store.claim(request)).toMatchObject({ claimed: true, record: { attempt: 2 } });
  });

  it('a lost reply to an end: the same end is made already, at the same time', async () => {
    await store.claim(claimOf(id));
    await lose(() => store.update(doneOf(id)), stateIs('1'));
    const at = await store.update(doneOf(id));
    expect((await store.read(id))?.record).toMatchObject({ state: 'done', finishedAt: at });
    expect(await store.update(doneOf(id, { owner: 'b' }))).toBeUndefined();
  });

  it('a lost reply in a call: the caller has the result, and the effect happened once', async () => {
    const ledger = createLedger({ store, namespace: `n${count}`, keep: '1d' });
    id = `n${count}//charge/k`;
    const call = { operation: 'charge', key: 'k', input: 7 };
    let runs = 0;
    const result = ledger.once(call, () => {
      proxy.hold();
      return ++runs;
    });
    await server.until(stateIs('1'));
    proxy.cut();
    expect(await result).toBe(1);
    expect([await ledger.once(call, () => ++runs), runs]).toEqual([1, 1]);
    await ledger.close();
  });

  it('a server that forgot its scripts gets them again', async () => {
    await store.claim(claimOf(id));
    await keys.admin.script('FLUSH');
    expect(await store.update(doneOf(id))).toBeGreaterThan(0);
    await keys.admin.script('FLUSH');
    expect((await store.claim(claimOf(id, { owner: 'b' }))).record.result).toEqual(RESULT);
  });

  it('a server that is killed and comes back knows what it said', async () => {
    await store.claim(claimOf(id));
    await store.update(doneOf(id));
    await store.claim(claimOf(`${id} runs`));
    await server.kill();
    await server.start();
    const known = await untilAnswered(() => store.claim(claimOf(id, { owner: 'b' })));
    expect(known).toMatchObject({ claimed: false, record: { state: 'done', result: RESULT } });
    expect(await store.update(doneOf(`${id} runs`))).toBeGreaterThan(0);
  });

  it('a full server refuses new keys; what is known is known, and what runs is ended', async () => {
    await store.claim(claimOf(id));
    await store.claim(claimOf(`${id} done`));
    await store.update(doneOf(`${id} done`));
    await keys.admin.config('SET', 'maxmemory', '1mb');
    try {
      await expect(store.claim(claimOf(`${id} new`))).rejects.toMatchObject({
        code: 'ERR_RUNTWICE_STORE_FULL',
        fix: expect.stringMatching(/^Nothing was run\. .*maxmemory/u),
      });
      expect(await store.read(`${id} new`)).toBeUndefined();
      const known = await store.claim(claimOf(`${id} done`, { owner: 'b' }));
      expect(known.record.result).toEqual(RESULT);
      const owner = ownerOf(id);
      expect(await store.renew([{ id, owner, leaseMs: 1000 }])).toEqual([true]);
      expect(await store.update(doneOf(id))).toBeGreaterThan(0);
      const ledger = createLedger({ store, namespace: 'full', keep: '1d' });
      const call = { operation: 'charge', key: id, input: 1 };
      const run = () => expect.unreachable('the effect was run');
      await expect(ledger.once(call, run)).rejects.toMatchObject({
        code: 'ERR_RUNTWICE_STORE_FULL',
      });
      await ledger.close();
    } finally {
      await keys.admin.config('SET', 'maxmemory', '0');
    }
    expect((await store.claim(claimOf(`${id} new`))).claimed).toBe(true);
  });

  it('a server that became a replica: nothing is run, and later it is', async () => {
    const ledger = createLedger({ store, namespace: 'replica', keep: '1d' });
    const call = { operation: 'charge', key: id, input: 1 };
    await keys.admin.replicaof('127.0.0.1', '1');
    await keys.admin.config('SET', 'replica-serve-stale-data', 'yes');
    let runs = 0;
    await expect(ledger.once(call, () => ++runs)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_STORE_UNAVAILABLE',
      message: expect.stringContaining('READONLY'),
    });
    expect(runs).toBe(0);
    await keys.admin.replicaof('NO', 'ONE');
    expect(await ledger.once(call, () => ++runs)).toBe(1);
    await ledger.close();
  });
});

/** Clients need a moment to find a server that was restarted. */
async function untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const end = Date.now() + 20_000; ; ) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
