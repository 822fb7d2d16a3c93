import type { RedisClient, RedisNode } from '../../clients/redis-client.ts';
import { messageOf, unusable } from '../../once/store/problems.ts';
import type { StoreDurability } from '../../once/store/types.ts';
import { textOf } from './text.ts';

/** What the user asks of the servers. */
export interface Wanted {
  /** What all keys begin with: no others may be allowed. */
  readonly prefix: string;
  readonly replicas: number;
  readonly acceptEviction: boolean;
}

/** What is to be known before the first claim. */
export interface Server {
  readonly major: number;
  readonly durability: StoreDurability;
}

/** What one server says of itself. */
type Facts = ReadonlyMap<string, string>;

/** Checks each server that can be written to; says what survives there. */
export async function checkServers(client: RedisClient, wanted: Wanted): Promise<Server> {
  const all = await readAll(client, wanted.prefix);
  for (const facts of all) requireServer(facts, client.isCluster, wanted);
  const majors = all.map(majorOf);
  return { major: Math.min(...majors), durability: durabilityOf(all, wanted.replicas) };
}

async function readAll(client: RedisClient, prefix: string): Promise<Facts[]> {
  try {
    // A client that has not connected yet does so for a command, and only then knows its cluster.
    if (client.isCluster) await client.call(prefix, ['EXISTS', prefix]);
    const nodes = await client.primaries();
    return await Promise.all(nodes.map(readFacts));
  } catch (error) {
    throw unusable(
      `Redis cannot be asked: ${messageOf(error)}`,
      'Nothing was run. Check that the server runs, that the client is connected, its address and password, and that its user may call INFO.',
      error,
    );
  }
}

async function readFacts(node: RedisNode): Promise<Facts> {
  const lines = textOf(await node(['INFO'])).split(/\r?\n/);
  const pairs = lines.map((line) => line.split(/:(.*)/s) as [string, string]);
  return new Map([...pairs, ['appendfsync', await readFsync(node)]]);
}

/** Services that keep their settings to themselves forbid the question. */
async function readFsync(node: RedisNode): Promise<string> {
  const reply = await node(['CONFIG', 'GET', 'appendfsync']).catch(() => []);
  if (Array.isArray(reply)) return textOf(reply[1] ?? '');
  const values = reply instanceof Map ? [...reply.values()] : Object.values(reply ?? {});
  return textOf(values[0] ?? '');
}

function requireServer(facts: Facts, isCluster: boolean, { acceptEviction }: Wanted): void {
  const version = facts.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  // Of 6.2 is the end of a key's life as a part of SET.
  if (major < 6 || (major === 6 && minor < 2)) {
    throw unusable(`Redis ${version} is too old for the ledger`, 'Use Redis 6.2 or newer.');
  }
  if (facts.get('role') !== 'master') {
    throw unusable(
      'the Redis server is a replica, which can only be read',
      'Nothing was run. Give a client of the primary.',
    );
  }
  if (facts.get('cluster_enabled') === '1' && !isCluster) {
    throw unusable(
      'the Redis server is one of a cluster, and the client knows only this one',
      'Nothing was run. Give a Cluster of ioredis, or what createCluster() of node-redis returned.',
    );
  }
  const policy = facts.get('maxmemory_policy') ?? '';
  const evicts = Number(facts.get('maxmemory')) > 0 && policy !== 'noeviction';
  if (evicts && !acceptEviction) {
    throw unusable(
      `Redis forgets keys when its memory is full (maxmemory-policy ${policy}): what was done would be done again`,
      'Nothing was run. Set maxmemory-policy noeviction, use a server that is no cache, or give the store acceptEviction: true.',
    );
  }
}

function majorOf(facts: Facts): number {
  return Number.parseInt(facts.get('redis_version') ?? '', 10);
}

/**
 * `disk` where every write is on disk before its reply. `quorum` where besides all replicas that there
 * are now have it: with fewer, one that lacks it could be the one that takes over; and a server
 * without its own disk comes back empty, and its replicas follow it.
 */
function durabilityOf(all: readonly Facts[], replicas: number): StoreDurability {
  const isOn = (name: string, value: string) => all.every((facts) => facts.get(name) === value);
  if (!isOn('aof_enabled', '1') || !isOn('appendfsync', 'always')) return 'process';
  const most = Math.max(...all.map((facts) => Number(facts.get('connected_slaves'))));
  return replicas > 0 && replicas >= most ? 'quorum' : 'disk';
}
