import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pathFrom } from '../database/database.ts';
import type { Entry } from '../files/manifest.ts';
import type { RedisConnection } from './connection.ts';

/** How many there are of what a key has. */
const LENGTH: Readonly<Record<string, string>> = {
  string: 'STRLEN',
  list: 'LLEN',
  set: 'SCARD',
  zset: 'ZCARD',
  hash: 'HLEN',
  stream: 'XLEN',
};

/** So long may what a killed command had sent take to be done. */
const MAX_WAITS = 600;

/** Each key with its content, and how many messages were published, which are kept nowhere. */
export async function readKeys(connection: RedisConnection): Promise<[string, Entry][]> {
  await idle(connection);
  const entries: [string, Entry][] = [];
  const space = String(await connection.ask('INFO', 'keyspace'));
  for (const [, database = ''] of space.matchAll(/^db(\d+):/gmu)) {
    await connection.ask('SELECT', database);
    for await (const keys of pagesOf(connection)) {
      const found = await Promise.all(keys.map((key) => entryOf(connection, key)));
      for (const [index, entry] of found.entries()) {
        const path = pathFrom(`redis ${database}:`, keys[index] ?? '');
        if (entry !== undefined) entries.push([path, entry]);
      }
    }
  }
  const published = await messages(connection);
  if (published > 0)
    entries.push(['redis: published messages', keyEntry('message', published, '')]);
  return entries;
}

/** All keys of the database that the connection is in, some at a time; each once. */
export async function* pagesOf(connection: RedisConnection): AsyncGenerator<Buffer[]> {
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const page = (await connection.ask('SCAN', cursor, 'COUNT', '500')) as [unknown, unknown[]];
    cursor = String(page[0]);
    const keys = page[1].map((key) => Buffer.from(key as Buffer));
    yield keys.filter((key) => {
      const name = key.toString('latin1');
      return !seen.has(name) && seen.add(name);
    });
  } while (cursor !== '0');
}

/** Undefined where it has expired meanwhile. */
async function entryOf(connection: RedisConnection, key: Buffer): Promise<Entry | undefined> {
  const type = String(await connection.ask('TYPE', key));
  if (type === 'none') return undefined;
  const digest = String(await connection.ask('DEBUG', 'DIGEST-VALUE', key));
  const length = LENGTH[type];
  const size = length === undefined ? 1 : Number(await connection.ask(length, key));
  // Who has read how far is not part of the digest.
  const groups = type === 'stream' ? await connection.ask('XINFO', 'GROUPS', key) : [];
  return keyEntry(type, size, `${digest} ${hashOf(groups)}`);
}

function keyEntry(type: string, size: number, digest: string): Entry {
  // Of bytes there may be a few more or less by themselves; what else is counted is that many.
  const content = type === 'string' ? `${type} ${digest}` : `amount ${size} ${type} ${digest}`;
  return { kind: 'key', mode: 0, content, size, stamp: content };
}

function hashOf(answer: unknown): string {
  const text = JSON.stringify(answer, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return createHash('sha1').update(text).digest('base64url');
}

async function messages(connection: RedisConnection): Promise<number> {
  const calls = String(await connection.ask('INFO', 'commandstats'));
  const numbers = [...calls.matchAll(/^cmdstat_s?publish:calls=(\d+)/gmu)].map(([, calls]) =>
    Number(calls),
  );
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** What was sent before a kill is done by then: nobody else is connected. */
async function idle(connection: RedisConnection): Promise<void> {
  for (let waits = 0; waits < MAX_WAITS; waits++) {
    const clients = String(await connection.ask('CLIENT', 'LIST'))
      .trim()
      .split('\n');
    if (clients.length === 1) return;
    await delay(5);
  }
}
