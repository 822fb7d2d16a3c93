// The Redis server that runs here, and keys of the test's own on it.
import { randomBytes } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { createClient } from 'redis';
import { requireOrSay } from './require.ts';

/** How a server is reached. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

const NAMED = process.env['RUNTWICE_TEST_REDIS'];

/** The server that is named, or that of the standard port. */
export const SERVER: Address = NAMED
  ? addressOf(new URL(NAMED))
  : { host: '127.0.0.1', port: 6379 };

function addressOf({ hostname, port, username, password }: URL): Address {
  return {
    host: hostname,
    port: Number(port || 6379),
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
}

/** Whether the server answers; where it does not, says that this part is not run. */
export async function isRedisThere(part: string): Promise<boolean> {
  const client = new Redis({ ...SERVER, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  const isThere = await client.connect().then(
    () => true,
    () => false,
  );
  client.disconnect();
  return requireOrSay(isThere, 'a Redis server (RUNTWICE_TEST_REDIS names another)', part);
}

export type NodeRedis = ReturnType<typeof createClient>;

/** Keys of one test file, with the clients that it opened. */
export class Keys {
  readonly prefix: string = `runtwice-test-${randomBytes(6).toString('hex')}:`;
  readonly address: Address;
  readonly #ends: (() => unknown)[] = [];
  #admin: Redis | undefined;

  constructor(address: Address = SERVER) {
    this.address = address;
  }

  /** Asks on a connection that no store has. */
  get admin(): Redis {
    this.#admin ??= this.ioredis();
    return this.#admin;
  }

  ioredis(options: Omit<RedisOptions, 'replyMapping'> = {}): Redis {
    const client = new Redis({ ...this.address, ...options });
    client.on('error', () => {});
    this.#ends.push(() => client.disconnect());
    return client;
  }

  async nodeRedis(address: Partial<Address> = {}): Promise<NodeRedis> {
    const { host, port, ...credentials } = { ...this.address, ...address };
    const client = createClient({ socket: { host, port }, ...credentials });
    client.on('error', () => {});
    await client.connect();
    this.#ends.push(() => client.isOpen && client.destroy());
    return client as NodeRedis;
  }

  /** Makes all records older. */
  age(ms: number, prefix: string = this.prefix): Promise<void> {
    return ageRecords(this.admin, ms, prefix);
  }

  /** Removes the keys and ends all clients. */
  async clear(): Promise<void> {
    const keys = await keysOf(this.admin, this.prefix);
    if (keys.length > 0) await this.admin.del(...keys);
    this.end();
  }

  end(): void {
    this.#admin = undefined;
    for (const end of this.#ends.splice(0)) end();
  }
}

export async function keysOf(client: Redis, prefix: string): Promise<string[]> {
  const keys = new Set<string>();
  for await (const page of client.scanStream({ match: `${prefix}*`, count: 1000 })) {
    for (const key of page as string[]) keys.add(key);
  }
  return [...keys];
}

/** The numbers that are times: end, when a purge should look, lease end, first claim, start. */
const AGE = `local value = redis.call('GET', KEYS[1])
if not value then return end
for _, from in ipairs({3, 19, 51, 67, 83}) do
  local time = tonumber(string.sub(value, from, from + 15))
  if time and time ~= 0 then
    redis.call('SETRANGE', KEYS[1], from - 1, string.format('%016.0f', time - ARGV[1]))
  end
end`;

export async function ageRecords(client: Redis, ms: number, prefix: string): Promise<void> {
  const keys = await keysOf(client, prefix);
  await Promise.all(keys.map((key) => client.eval(AGE, 1, key, ms)));
}
