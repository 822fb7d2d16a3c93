import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CheckReport,
  checkOperation,
  type Effects,
  type OperationOptions,
  redisKeys,
  redisPort,
  reportText,
} from '../../../src/check/index.ts';
import { isRedisThere, Keys, keysOf } from '../../support/redis.ts';

const isThere = await isRedisThere('operations on Redis');

describe.runIf(isThere)('an operation on Redis', () => {
  let keys: Keys;
  let redis: Redis;
  const key = (name: string) => `${keys.prefix}${name}`;

  beforeAll(() => {
    keys = new Keys();
    redis = keys.ioredis();
  });
  afterAll(() => keys?.clear());

  function check(
    run: (db: Redis) => Promise<unknown>,
    only?: OperationOptions<Effects>['only'],
  ): Promise<CheckReport> {
    return checkOperation(({ db }) => run(db), {
      effects: { db: redisPort(redis) },
      observe: () => redisKeys(redis, `${keys.prefix}*`),
      ...(only && { only }),
      async reset() {
        for (const one of await keysOf(redis, keys.prefix)) await redis.del(one);
      },
    });
  }

  function answersOf({ scenarios }: CheckReport): string[] {
    return scenarios.map(({ answer }) => answer);
  }

  it('that looks first, and then counts, counts twice', async () => {
    const report = await check(async (db) => {
      if ((await db.exists(key('done'))) === 1) return;
      await db.incr(key('count'));
      await db.set(key('done'), '1');
    });
    expect(answersOf(report)).toEqual(['nothing to do', 'differs', 'repeated effect']);
    expect(reportText(report)).toMatch(/count'\]\.value is '2', and '1' after one clean run/u);
  });

  it('that counts in one chain with its mark is safe', async () => {
    // Two at once would watch on one connection.
    const report = await check(
      async (db) => {
        await db.watch(key('done'));
        if ((await db.exists(key('done'))) === 1) return db.unwatch();
        return db.multi().incr(key('count')).set(key('done'), '1', 'EX', 1000).exec();
      },
      ['twice', 'interrupted'],
    );
    expect(answersOf(report), reportText(report)).toEqual(['nothing to do', 'recovers']);
    expect(report.points).toEqual({ found: 6, tried: 6 });
  });

  it('is seen in every kind of value', async () => {
    await redis.rpush(key('list'), 'a', 'b');
    await redis.sadd(key('set'), 'a');
    await redis.hset(key('hash'), 'field', 'value');
    await redis.zadd(key('zset'), 1, 'a');
    const found = await redisKeys(redis, `${keys.prefix}*`);
    const values = ['list', 'set', 'hash', 'zset'].map((name) => found.get(key(name)));
    expect(values).toEqual([
      { type: 'list', isKept: true, value: ['a', 'b'] },
      { type: 'set', isKept: true, value: new Set(['a']) },
      { type: 'hash', isKept: true, value: expect.anything() },
      { type: 'zset', isKept: true, value: expect.anything() },
    ]);
  });
});
