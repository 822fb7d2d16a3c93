export type { IoredisClient, IoredisNode, IoredisPipeline } from '../../clients/ioredis.ts';
export type {
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisMulti,
  NodeRedisOptions,
} from '../../clients/node-redis.ts';
export type { RedisDriver } from '../../clients/redis.ts';
export { type RedisStoreOptions, redisStore } from './redis-store.ts';
