import { createClient } from 'redis';
import { createLedger } from '../../src/index.ts';
import { redisStore } from '../../src/stores/redis/index.ts';
import { newKey, RESULT } from './pair.ts';

/** A ledger on Redis with the client that the peers use: node-redis, one connection each. */
export interface RedisLedger {
  /** What all names begin with, of the peers too. */
  readonly prefix: string;
  readonly charge: (input: number, options: { key: string }) => Promise<unknown>;
  /** Keys that it has a result of. */
  readonly known: readonly string[];
  /** Removes all that begins with the prefix. */
  close(): Promise<void>;
}

export async function redisLedger(): Promise<RedisLedger | undefined> {
  const client = await connect();
  if (client === undefined) return undefined;
  const prefix = `runtwice-bench-${process.pid}:`;
  const store = await redisStore(client, { prefix, acceptEviction: true });
  const ledger = createLedger({ store, namespace: 'bench', keep: '1h', remember: 0 });
  const charge = ledger.operation('charge', async () => RESULT);
  const known = Array.from({ length: 10_000 }, newKey);
  await Promise.all(known.map((key) => charge(1, { key })));
  return {
    prefix,
    charge,
    known,
    async close() {
      await ledger.close();
      for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) {
        if (keys.length > 0) await client.unlink(keys);
      }
      client.destroy();
    },
  };
}

type Client = ReturnType<typeof createClient>;

/** A connection, or undefined where no server answers. */
export async function connect(): Promise<Client | undefined> {
  const client = createClient({ socket: { host: '127.0.0.1', reconnectStrategy: false } });
  client.on('error', () => {});
  try {
    await client.connect();
    return client as Client;
  } catch (error) {
    console.log(`  left out: Redis, ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}
