/** The part of ioredis that is used. */
export interface RedisReader {
  call(command: string, args: string[]): Promise<unknown>;
}

/**
 * The keys of Redis that match a pattern (`shop:*`), each with its value. How long they are kept is not
 * compared, only whether they are kept for ever.
 *
 * Run twice: it only reads, so the second call gives the same.
 */
export async function redisKeys(
  client: RedisReader,
  pattern: string,
): Promise<ReadonlyMap<string, unknown>> {
  const keys = (await client.call('KEYS', [pattern])) as string[];
  const found = new Map<string, unknown>();
  for (const key of keys.sort()) {
    const type = String(await client.call('TYPE', [key]));
    const isKept = Number(await client.call('PTTL', [key])) === -1;
    found.set(key, { type, isKept, value: await readKey(client, type, key) });
  }
  return found;
}

async function readKey(client: RedisReader, type: string, key: string): Promise<unknown> {
  if (type === 'string') return client.call('GET', [key]);
  if (type === 'list') return client.call('LRANGE', [key, '0', '-1']);
  if (type === 'set') return new Set((await client.call('SMEMBERS', [key])) as string[]);
  if (type === 'zset') return client.call('ZRANGE', [key, '0', '-1', 'WITHSCORES']);
  if (type === 'hash') return fieldsOf((await client.call('HGETALL', [key])) as unknown);
  return client.call('DUMP', [key]);
}

/** Fields and values in turn, or by field. */
function fieldsOf(reply: unknown): unknown {
  if (!Array.isArray(reply)) return reply;
  const pairs = reply.flatMap((field, at) =>
    at % 2 === 0 ? [[String(field), reply[at + 1]] as const] : [],
  );
  return new Map(pairs);
}
