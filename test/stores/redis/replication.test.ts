// What is lost with a primary, and what is not where replicas have to have it.
import { Cluster } from 'ioredis';
import { createCluster } from 'redis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RedisDriver } from '../../../src/clients/redis.ts';
import { createLedger, type Ledger } from '../../../src/once/ledger.ts';
import type { Store } from '../../../src/once/store/types.ts';
import { type RedisStoreOptions, redisStore } from '../../../src/stores/redis/index.ts';
import { Keys } from '../../support/redis.ts';
import { isRedisInstalled, PrivateRedis, startCluster } from '../../support/redis-private.ts';
import { RedisProxy } from '../../support/redis-proxy.ts';
import { claimOf, doneOf, ownerOf, RESULT } from '../../support/requests.ts';

const CALL = { operation: 'charge', key: 'k', input: 7 };
const ID = 'shop//charge/k';
const isThere = isRedisInstalled('replicas of Redis');

describe.runIf(isThere).each(['ioredis', 'node-redis'] as const)('by %s, replicas', (driver) => {
  let primary: PrivateRedis;
  let replica: PrivateRedis;
  let opened: Keys[] = [];
  const ledgers: Ledger[] = [];
  beforeEach(async () => {
    primary = await PrivateRedis.start();
    replica = await primary.replica();
  });
  afterEach(async () => {
    for (const ledger of ledgers.splice(0)) await ledger.close({ drain: 0 });
    for (const keys of opened) keys.end();
    opened = [];
    primary.thaw();
    replica.thaw();
    await Promise.all([primary.remove(), replica.remove()]);
  });

  async function open(server: PrivateRedis, options: RedisStoreOptions = {}): Promise<Store> {
    const keys = new Keys(server.address);
    opened.push(keys);
    const client: RedisDriver = driver === 'ioredis' ? keys.ioredis() : await keys.nodeRedis();
    return redisStore(client, { replicaTimeout: 300, ...options });
  }

  function ledgerOf(store: Store): Ledger {
    const ledger = createLedger({ store, namespace: 'shop', keep: '1d' });
    ledgers.push(ledger);
    return ledger;
  }

  it('that have it: a new key is claimed and done, and known at once', async () => {
    const store = await open(primary, { replicas: 1 });
    expect((await store.claim(claimOf(ID))).claimed).toBe(true);
    expect(await store.update(doneOf(ID))).toBeGreaterThan(0);
    expect((await store.claim(claimOf(ID, { owner: 'b' }))).record.result).toEqual(RESULT);
  });

  it('that have it: many large results are ended, a few at a time', async () => {
    const store = await open(primary, { replicas: 1 });
    const ids = Array.from({ length: 20 }, (_, index) => `large ${index}`);
    const result = { codec: 'json', text: 'x'.repeat(300_000) };
    await Promise.all(ids.map((id) => store.claim(claimOf(id))));
    await Promise.all(ids.map((id) => store.update(doneOf(id, { result }))));
    for (const id of ids) expect((await store.read(id))?.record.result).toEqual(result);
  });

  it('that have it: after the loss of the primary what was claimed and done is known', async () => {
    const store = await open(primary, { replicas: 1 });
    const ids = Array.from({ length: 50 }, (_, index) => `key ${index}`);
    await Promise.all(ids.map((id) => store.claim(claimOf(id))));
    await Promise.all(ids.slice(25).map((id) => store.update(doneOf(id))));
    await primary.kill();
    await replica.promote();
    const promoted = await open(replica);
    for (const [index, id] of ids.entries()) {
      const state = index < 25 ? 'running' : 'done';
      const reply = await promoted.claim(claimOf(id, { owner: 'b' }));
      expect(reply).toMatchObject({ claimed: false, record: { state, owner: ownerOf(id) } });
    }
  });

  it('that are not asked for: what the replica lacks is lost with the primary, and run again', async () => {
    const proxy = await RedisProxy.to(primary.address);
    const behind = await primary.replica(proxy.address);
    const ledger = ledgerOf(await open(primary));
    let runs = 0;
    proxy.hold();
    expect(await ledger.once(CALL, () => ++runs)).toBe(1);
    await primary.kill();
    await behind.promote();
    expect(await ledgerOf(await open(behind)).once(CALL, () => ++runs)).toBe(2);
    await behind.remove();
    await proxy.close();
  });

  it('that do not get it: it is not run, and so it is lost with the primary without harm', async () => {
    await replica.remove();
    const proxy = await RedisProxy.to(primary.address);
    const behind = await primary.replica(proxy.address);
    const ledger = ledgerOf(await open(primary, { replicas: 1 }));
    let runs = 0;
    proxy.hold();
    await expect(ledger.once(CALL, () => ++runs)).rejects.toThrow('0 of 1 replica');
    await primary.kill();
    await behind.promote();
    expect(await ledgerOf(await open(behind)).once(CALL, () => ++runs)).toBe(1);
    await behind.remove();
    await proxy.close();
  });

  it('that are frozen: the effect is not run, and the key is free when they are back', async () => {
    const store = await open(primary, { replicas: 1 });
    const ledger = ledgerOf(store);
    let runs = 0;
    replica.freeze();
    await expect(ledger.once(CALL, () => ++runs)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_STORE_UNAVAILABLE',
      message: 'only 0 of 1 replica of Redis had the claim in time',
      fix: expect.stringMatching(/^Nothing was run\./u),
    });
    expect(runs).toBe(0);
    expect((await store.read(ID))?.record.state).toBe('released');
    replica.thaw();
    expect(await ledger.once(CALL, () => ++runs)).toBe(1);
    await primary.kill();
    await replica.promote();
    expect(await ledgerOf(await open(replica)).once(CALL, () => ++runs)).toBe(1);
  });

  it('that are frozen: a known key is answered all the same', async () => {
    const store = await open(primary, { replicas: 1 });
    await store.claim(claimOf(ID));
    await store.update(doneOf(ID));
    replica.freeze();
    const reply = await store.claim(claimOf(ID, { owner: 'b' }));
    expect(reply).toMatchObject({ claimed: false, record: { state: 'done', result: RESULT } });
  });

  it('that are missing: many claims are refused together, not one after the other', async () => {
    const store = await open(primary, { replicas: 2, replicaTimeout: 500 });
    const began = performance.now();
    const claims = Array.from({ length: 40 }, (_, index) => store.claim(claimOf(`key ${index}`)));
    const ends = await Promise.allSettled(claims);
    expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await store.stats('')).toMatchObject({ running: 0, released: 40 });
  });

  it('that are frozen: an attempt that was taken over is in doubt again', async () => {
    const store = await open(primary, { replicas: 1 });
    await store.claim(claimOf(ID));
    replica.freeze();
    const takeover = { owner: ownerOf(ID), evenIfLeased: true };
    const claim = store.claim(claimOf(ID, { owner: 'b', takeover }));
    await expect(claim).rejects.toMatchObject({ code: 'ERR_RUNTWICE_STORE_UNAVAILABLE' });
    expect((await store.read(ID))?.record.state).toBe('unknown');
  });

  it('that freeze during the effect: the caller has its result, and it is saved until they have it', async () => {
    const store = await open(primary, { replicas: 1 });
    const events: string[] = [];
    const ledger = createLedger({
      store,
      namespace: 'shop',
      keep: '1d',
      onEvent: (event) => events.push('warning' in event ? event.warning : 'call'),
    });
    ledgers.push(ledger);
    const result = await ledger.once(CALL, async () => {
      replica.freeze();
      return 'charged';
    });
    expect(result).toBe('charged');
    expect(events).toContain('save-delayed');
    replica.thaw();
    await expect.poll(() => events, { timeout: 20_000 }).toContain('saved-late');
    await primary.kill();
    await replica.promote();
    const again = ledgerOf(await open(replica)).once(CALL, () => 'again');
    expect(await again).toBe('charged');
  });

  it('that had no claim: the same claim again is written again, and waited for', async () => {
    const plain = await open(primary);
    replica.freeze();
    await plain.claim(claimOf(ID));
    await plain.claim(claimOf('done'));
    await plain.update(doneOf('done'));
    const store = await open(primary, { replicas: 1 });
    await expect(store.claim(claimOf(ID))).rejects.toThrow('0 of 1 replica');
    await expect(store.update(doneOf('done'))).rejects.toThrow('0 of 1 replica');
    replica.thaw();
    expect(await store.update(doneOf('done'))).toBeGreaterThan(0);
  });

  it('that may lack what a connection wrote that is lost: the same again is written again', async () => {
    const store = await open(primary, { replicas: 1 });
    const sets = async (ask: () => Promise<unknown>) => {
      await primary.ask((client) => client.config('RESETSTAT'));
      await ask();
      const stats = await primary.ask((client) => client.info('commandstats'));
      return Number(/cmdstat_set:calls=(\d+)/u.exec(stats)?.[1] ?? 0);
    };
    // WAIT is about what its own connection wrote.
    for (const _ of [1, 2]) expect(await sets(() => store.claim(claimOf(ID)))).toBe(1);
    for (const _ of [1, 2]) expect(await sets(() => store.update(doneOf(ID)))).toBe(1);
    expect(await sets(() => store.claim(claimOf(ID, { owner: 'b' })))).toBe(0);
  });

  it('one of which was promoted: the old primary, which was frozen, gets no claim any more', async () => {
    const store = await open(primary, { replicas: 1 });
    await store.claim(claimOf(ID));
    primary.freeze();
    await replica.promote();
    const promoted = await open(replica);
    await promoted.claim(claimOf('new'));
    const late = expect(store.claim(claimOf('new', { owner: 'b' }))).rejects.toThrow();
    primary.thaw();
    await late;
    expect((await promoted.claim(claimOf(ID, { owner: 'b' }))).claimed).toBe(false);
  });

  it('a primary that is frozen for a moment: the claim waits, and is one', async () => {
    const store = await open(primary);
    await store.claim(claimOf('warm'));
    primary.freeze();
    const claim = store.claim(claimOf(ID));
    const isEarly = await Promise.race([
      claim.then(() => true),
      new Promise((resolve) => setTimeout(resolve, 300)),
    ]);
    expect(isEarly).toBeUndefined();
    primary.thaw();
    expect(await claim).toMatchObject({ claimed: true, record: { attempt: 1 } });
  });
});

describe.runIf(isThere)('in a cluster, replicas', () => {
  let servers: PrivateRedis[] = [];
  afterEach(() => Promise.all(servers.map((server) => server.remove())));

  it.each(['ioredis', 'node-redis'])('that are missing refuse claims by %s', async (driver) => {
    servers = await startCluster();
    const nodes = servers.map(({ address }) => address);
    const clients = { ioredis: new Cluster(nodes), 'node-redis': undefined } as const;
    const cluster = createCluster({ rootNodes: nodes.map((socket) => ({ socket })) });
    await cluster.connect();
    const client = driver === 'ioredis' ? clients.ioredis : cluster;
    const ids = Array.from({ length: 12 }, (_, index) => `key ${index}`);
    const store = await redisStore(client, { replicas: 1, replicaTimeout: 50 });
    for (const id of ids) await expect(store.claim(claimOf(id))).rejects.toThrow('0 of 1 replica');
    expect(await store.stats('')).toMatchObject({ running: 0, released: ids.length });
    await moveSlot(servers, 'runtwice:moved');
    await expect(store.claim(claimOf('moved'))).rejects.toThrow('0 of 1 replica');
    const plain = await redisStore(client);
    for (const id of ids) expect((await plain.claim(claimOf(id))).claimed).toBe(true);
    clients.ioredis.disconnect();
    cluster.destroy();
  });
});

/** Has another server of the cluster have the slot of that key, in which there is none. */
async function moveSlot(servers: readonly PrivateRedis[], key: string): Promise<void> {
  const ids = await Promise.all(
    servers.map((server) => server.ask(async (client) => String(await client.cluster('MYID')))),
  );
  const slot = (await servers[0]?.ask((client) => client.cluster('KEYSLOT', key))) ?? 0;
  const owner = Math.floor((slot * servers.length) / 16_384);
  const next = (owner + 1) % servers.length;
  for (const index of [next, owner]) {
    await servers[index]?.ask((client) => client.cluster('SETSLOT', slot, 'NODE', ids[next] ?? ''));
  }
}
