import { createLedger, memoryStore } from '../../src/index.ts';
import { NOTHING, newKey, type Pair, pick, RESULT, type Setup } from './pair.ts';
import { withPeer } from './peers.ts';
import { redisLedger } from './redis-ledger.ts';

interface Core {
  readonly Idempotency: new (storage: unknown, options: { cacheKeyPrefix: string }) => Idempotency;
}

interface Idempotency {
  /** What was answered before, or undefined where the key is new. */
  onRequest(request: Request): Promise<unknown>;
  onResponse(request: Request, response: { body: unknown }): Promise<void>;
}

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly method: string;
  readonly body: unknown;
}

interface Memory {
  readonly MemoryStorageAdapter: new () => unknown;
}

interface Redis {
  readonly RedisStorageAdapter: new (options: {
    socket: { host: string };
  }) => {
    connect(): Promise<void>;
    disconnect(): Promise<void>;
  };
}

type Charge = (input: number, options: { key: string }) => Promise<unknown>;

/** The memory and the Redis store against node-idempotency with its adapters for both. */
export function nodeIdempotencyPairs(): Promise<Setup> {
  const scope = '@node-idempotency';
  const names = ['core', 'storage-adapter-memory', 'storage-adapter-redis'];
  return withPeer(
    names.map((name) => `${scope}/${name}`),
    async (core: Core, memory: Memory, redis: Redis) => {
      // Memory comes last: what it then holds, the collector goes through again and again.
      const setups = [await inRedis(core, redis), await inMemory(core, memory)];
      return {
        pairs: setups.flatMap(({ pairs }) => pairs),
        close: async () => {
          for (const { close } of setups) await close();
        },
      };
    },
  );
}

async function inMemory(core: Core, { MemoryStorageAdapter }: Memory): Promise<Setup> {
  const ledger = createLedger({ store: memoryStore(), namespace: 'bench', keep: '1d' });
  const ours = ledger.operation('charge', async () => RESULT);
  const known = Array.from({ length: 10_000 }, newKey);
  for (const key of known) await ours(1, { key });
  const peer = new core.Idempotency(new MemoryStorageAdapter(), { cacheKeyPrefix: 'bench' });
  return {
    pairs: await pairs('memory', ours, chargeBy(peer), known, {}),
    close: () => ledger.close(),
  };
}

async function inRedis(core: Core, { RedisStorageAdapter }: Redis): Promise<Setup> {
  const ours = await redisLedger();
  if (ours === undefined) return NOTHING;
  const storage = new RedisStorageAdapter({ socket: { host: '127.0.0.1' } });
  await storage.connect();
  const cacheKeyPrefix = `${ours.prefix}node-idempotency`;
  const peer = new core.Idempotency(storage, { cacheKeyPrefix });
  const least = { 1: 1.3, 64: 1.3 };
  return {
    pairs: await pairs('Redis', ours.charge, chargeBy(peer), ours.known, least),
    async close() {
      await storage.disconnect();
      await ours.close();
    },
  };
}

/** What its plugins for servers do with a request. */
function chargeBy(peer: Idempotency): Charge {
  return async (body, { key }) => {
    const request = { headers: { 'idempotency-key': key }, path: '/', method: 'POST', body };
    const before = await peer.onRequest(request);
    if (before !== undefined) return (before as { body: unknown }).body;
    await peer.onResponse(request, { body: RESULT });
    return RESULT;
  };
}

async function pairs(
  store: string,
  ours: Charge,
  theirs: Charge,
  known: readonly string[],
  least: Pair['least'],
): Promise<Pair[]> {
  await Promise.all(known.map((key) => theirs(1, { key })));
  const both = { callers: [1, 64], otherName: 'node-idempotency' };
  return [
    {
      ...both,
      name: `${store}, new key`,
      ours: () => ours(1, { key: newKey() }),
      other: () => theirs(1, { key: newKey() }),
      least: {},
    },
    {
      ...both,
      name: `${store}, known key`,
      ours: () => ours(1, { key: pick(known) }),
      other: () => theirs(1, { key: pick(known) }),
      least,
    },
  ];
}
