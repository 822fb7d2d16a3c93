import { RuntwiceError } from '../core/errors.ts';
import { type IoredisClient, ioredisClient } from './ioredis.ts';
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  nodeRedisClient,
  nodeRedisCluster,
} from './node-redis.ts';
import type { RedisClient } from './redis-client.ts';

/** A client of ioredis (`Redis`, `Cluster`), or of node-redis (`createClient`, `createCluster`). */
export type RedisDriver = IoredisClient | NodeRedisClient | NodeRedisCluster;

/**
 * The one interface for all of them.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where it is none of them, or sets a prefix of its own.
 */
export function redisClient(driver: RedisDriver): RedisClient {
  requireNoPrefix(driver);
  if (has(driver, 'call') && has(driver, 'pipeline')) return ioredisClient(driver as IoredisClient);
  if (has(driver, 'sendCommand') && has(driver, 'nodeClient')) {
    return nodeRedisCluster(driver as NodeRedisCluster);
  }
  // A pool of node-redis gives each command another connection, and its Sentinel has another order.
  const isOne = has(driver, 'sendCommand') && !has(driver, 'execute') && !has(driver, 'acquire');
  if (isOne) return nodeRedisClient(driver as NodeRedisClient);
  throw unusableClient(
    'the client is none of those of Redis that are known',
    'Give a Redis or Cluster of ioredis (also for Sentinel), or what createClient() or createCluster() of node-redis returned.',
  );
}

/** A prefix that the client adds to keys, but not to what is searched for, would hide all keys. */
function requireNoPrefix(driver: unknown): void {
  for (const name of ['options', '_options']) {
    const options = (driver as Record<string, unknown> | null | undefined)?.[name];
    const prefix = (options as Record<string, unknown> | null | undefined)?.['keyPrefix'];
    if (typeof prefix !== 'string' || prefix === '') continue;
    throw unusableClient(
      `the Redis client adds a prefix of its own to keys: ${JSON.stringify(prefix)}`,
      'Give a client without keyPrefix, and give the prefix to the store.',
    );
  }
}

function unusableClient(why: string, fix: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', why, { fix });
}

function has(driver: unknown, method: string): boolean {
  return typeof (driver as Record<string, unknown> | null | undefined)?.[method] === 'function';
}
