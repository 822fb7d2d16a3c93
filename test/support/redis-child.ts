// A process of its own that uses a ledger in Redis. It says `ready` when its store is open, begins when
// it is told to, and says at its end what came of it: a line of JSON.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { createLedger } from '../../src/once/ledger.ts';
import type { ClaimRequest } from '../../src/once/store/types.ts';
import { redisStore } from '../../src/stores/redis/index.ts';
import type { Address } from './redis.ts';

/** What the process is to do. */
export interface Work {
  readonly kind: 'claim' | 'takeOver' | 'call';
  readonly address: Address;
  readonly prefix: string;
  readonly driver: 'ioredis' | 'node-redis';
  readonly ids: readonly string[];
}

/** What came of it: the ids that it won, and whatever it was told instead of an answer. */
export interface Ended {
  readonly won: readonly string[];
  readonly errors: readonly string[];
}

const { kind, address, prefix, driver, ids } = JSON.parse(process.argv[2] ?? '') as Work;
const own = `process ${process.pid}`;
let claims = 0;
const won: string[] = [];
const errors: string[] = [];

const redis = new Redis({ ...address });
const { host, port, ...credentials } = address;
const client = createClient({ socket: { host, port }, ...credentials });
await client.connect();
const store = await redisStore(driver === 'ioredis' ? redis : client, { prefix });
const ledger = createLedger({ store, namespace: 'race', keep: 'forever' });

const times = { leaseMs: 60_000, keepMs: Number.POSITIVE_INFINITY, rememberMs: 0 };
const takeover = { owner: 'dead', evenIfLeased: false };

/** Claims an id, and finishes it if it is won. */
async function claim(id: string, request: Partial<ClaimRequest>): Promise<void> {
  const owner = `${own} ${++claims}`;
  const { claimed } = await store.claim({ id, owner, fingerprint: 'f', ...times, ...request });
  if (!claimed) return;
  won.push(id);
  const at = await store.update({
    id,
    owner,
    state: 'done',
    result: { codec: 'json', text: owner },
  });
  if (at === undefined) errors.push(`the end of ${id} was refused`);
}

/** Calls with a key; its effect is an element of a list. */
async function call(key: string): Promise<void> {
  const result = await ledger.once({ operation: 'race', key, input: key }, async () => {
    won.push(key);
    await redis.rpush(`${prefix}effects`, key);
    return own;
  });
  await redis.rpush(`${prefix}results`, `${key} ${result}`);
}

const WORKS = {
  claim: (id: string) => claim(id, {}),
  takeOver: (id: string) => claim(id, { takeover }),
  call,
};

writeSync(1, 'ready\n');
await once(process.stdin, 'data');
for (const end of await Promise.allSettled(ids.map(WORKS[kind]))) {
  if (end.status === 'rejected') errors.push(String(end.reason));
}
writeSync(1, `${JSON.stringify({ won, errors })}\n`);
await ledger.close();
process.exit();
