import { Redis } from 'ioredis';
import { createLedger } from '../../src/index.ts';
import { redisStore } from '../../src/stores/redis/index.ts';
import { NOTHING, newKey, pick, RESULT, type Setup } from './pair.ts';

/** The Redis store against ioredis with SET NX GET and SET, and a GET, on one connection each. */
export async function redisPairs(): Promise<Setup> {
  const [client, bare] = await Promise.all([connect(), connect()]);
  if (client === undefined || bare === undefined) return NOTHING;
  const prefix = `runtwice-bench-${process.pid}:`;
  const store = await redisStore(client, { prefix, acceptEviction: true });
  const ledger = createLedger({ store, namespace: 'bench', keep: '1h', remember: 0 });
  const charge = ledger.operation('charge', async () => RESULT);
  const once = async (key: string) => {
    await bare.set(`${prefix}bare:${key}`, 'owner', 'EX', 3600, 'NX', 'GET');
    await bare.set(`${prefix}bare:${key}`, JSON.stringify(RESULT), 'EX', 3600);
  };
  const known = Array.from({ length: 10_000 }, newKey);
  await Promise.all(known.map((key) => charge(1, { key })));
  await Promise.all(known.map(once));
  return {
    pairs: [
      {
        name: 'Redis, new key',
        callers: [1, 64],
        ours: () => charge(1, { key: newKey() }),
        other: () => once(newKey()),
        otherName: 'SET NX GET, SET',
        least: { 1: 0.95, 64: 0.8 },
      },
      {
        name: 'Redis, known key',
        callers: [1, 64],
        ours: () => charge(1, { key: pick(known) }),
        other: async () => {
          const name = `${prefix}bare:${pick(known)}`;
          return JSON.parse(String(await bare.set(name, 'owner', 'EX', 3600, 'NX', 'GET')));
        },
        otherName: 'SET NX GET',
        least: { 1: 0.95, 64: 0.8 },
      },
    ],
    async close() {
      await ledger.close();
      for await (const keys of bare.scanStream({ match: `${prefix}*`, count: 1000 })) {
        if (keys.length > 0) await bare.unlink(...(keys as string[]));
      }
      for (const one of [client, bare]) one.disconnect();
    },
  };
}

async function connect(): Promise<Redis | undefined> {
  const client = new Redis({ lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    console.log(`  left out: Redis, ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
