import { Cluster, Redis } from 'ioredis';
import { createCluster } from 'redis';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { RedisDriver } from '../../../src/clients/redis.ts';
import { redisStore } from '../../../src/stores/redis/index.ts';
import { describeStore } from '../../../src/testing/index.ts';
import { ageRecords, isRedisThere, Keys } from '../../support/redis.ts';
import { isRedisInstalled, type PrivateRedis, startCluster } from '../../support/redis-private.ts';

describe.runIf(await isRedisThere('the Redis store'))('Redis', () => {
  const keys = new Keys();
  afterAll(() => keys.clear());
  const clients: Record<string, () => RedisDriver | Promise<RedisDriver>> = {
    ioredis: () => keys.ioredis(),
    'ioredis, with automatic pipelines': () => keys.ioredis({ enableAutoPipelining: true }),
    'node-redis': () => keys.nodeRedis(),
  };
  for (const [name, open] of Object.entries(clients)) {
    // Other kinds of clients age the records of their own only.
    const prefix = `${keys.prefix}${name}:`;
    declare(name, open, prefix, (ms) => keys.age(ms, prefix));
  }
});

describe.runIf(isRedisInstalled('the Redis store in a cluster'))('a cluster of Redis', () => {
  let servers: PrivateRedis[] = [];
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    servers = await startCluster();
  });
  afterAll(async () => {
    for (const end of ends) end();
    await Promise.all(servers.map((server) => server.remove()));
  });
  const admins: Redis[] = [];
  const age = async (ms: number, prefix: string) => {
    while (admins.length < servers.length) {
      const admin = new Redis({ ...servers[admins.length]?.address });
      admins.push(admin);
      ends.push(() => admin.disconnect());
    }
    await Promise.all(admins.map((admin) => ageRecords(admin, ms, prefix)));
  };
  const clients: Record<string, () => RedisDriver | Promise<RedisDriver>> = {
    'ioredis Cluster': () => {
      const cluster = new Cluster(servers.map(({ address }) => address));
      ends.push(() => cluster.disconnect());
      return cluster;
    },
    'node-redis createCluster': async () => {
      const rootNodes = servers.map(({ address }) => ({ socket: address }));
      const cluster = createCluster({ rootNodes });
      await cluster.connect();
      ends.push(() => cluster.destroy());
      return cluster;
    },
  };
  for (const [name, open] of Object.entries(clients)) {
    declare(name, open, `${name}:`, (ms) => age(ms, `${name}:`));
  }
});

/** One client for all cases, as a process has it. */
function declare(
  name: string,
  connect: () => RedisDriver | Promise<RedisDriver>,
  prefix: string,
  advance: (ms: number) => Promise<void>,
): void {
  let client: Promise<RedisDriver> | undefined;
  const open = async () => {
    client ??= Promise.resolve(connect());
    return redisStore(await client, { prefix });
  };
  describeStore({ describe, it }, { name, open, advance });
}
