// Redis servers of the test's own, with settings of their own, in a folder of their own. Nobody else
// writes to them, so that what they count is what the test did.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import type { Address } from './redis.ts';
import { requireOrSay } from './require.ts';

const PROGRAM = 'redis-server';

export function isRedisServerInstalled(): boolean {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Whether such a server can be started; where not, says that this part is not run. */
export function isRedisInstalled(part: string): boolean {
  return requireOrSay(isRedisServerInstalled(), 'an installed redis-server', part);
}

/** Those that run: none outlives the tests, also where they are stopped half-way. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class PrivateRedis {
  readonly address: Address;
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;

  private constructor(port: number, settings: Readonly<Record<string, string>>) {
    this.address = { host: '127.0.0.1', port };
    this.#folder = mkdtempSync(join(tmpdir(), 'runtwice-redis-'));
    this.#settings = settings;
  }

  /** `settings` as in `redis.conf`. It is started. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PrivateRedis> {
    const server = new PrivateRedis(await freePort(), settings);
    try {
      await server.start();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  async start(): Promise<void> {
    const all = {
      port: String(this.address.port),
      bind: '127.0.0.1',
      dir: this.#folder,
      save: '',
      daemonize: 'no',
      'repl-diskless-sync-delay': '0',
      ...this.#settings,
    };
    const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(PROGRAM, args, { stdio: 'ignore' });
    this.#child = child;
    running.add(child);
    child.once('exit', () => running.delete(child));
    await this.until(async (client) => (await client.ping()) === 'PONG');
  }

  /** Asks once, on a connection of its own. */
  async ask<Answer>(question: (client: Redis) => Promise<Answer>): Promise<Answer> {
    const client = new Redis({ ...this.address, lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      await client.connect();
      return await question(client);
    } finally {
      client.disconnect();
    }
  }

  /** Asks until it is so. */
  async until(holds: (client: Redis) => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      if (await this.ask(holds).catch(() => false)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the Redis server on port ${this.address.port} did not come so far`);
  }

  /** A server that follows this one, and has all of it; `through`: what stands between them. */
  async replica(through: Address = this.address): Promise<PrivateRedis> {
    const { host, port } = through;
    const replica = await PrivateRedis.start({ replicaof: `${host} ${port}` });
    // The primary counts it once it has heard from it, which it asks for when there is something new.
    const isOnline = new RegExp(`port=${replica.address.port},state=online,offset=[1-9]`);
    await this.until(async (client) => {
      await client.incr('news');
      await client.wait(1, 50);
      return isOnline.test(await client.info('replication'));
    });
    return replica;
  }

  promote(): Promise<unknown> {
    return this.ask((client) => client.replicaof('NO', 'ONE'));
  }

  /** Stops it where it is; its connections stay open. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Kills it, if it runs: nothing is written any more. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Kills it and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A cluster of three primaries, without replicas. */
export async function startCluster(): Promise<PrivateRedis[]> {
  const settings = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '5000' };
  const servers = await Promise.all([1, 2, 3].map(() => PrivateRedis.start(settings)));
  const SLOTS = 16_384;
  for (const [index, server] of servers.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((SLOTS * part) / 3));
    await server.ask(async (client) => {
      await client.cluster('ADDSLOTSRANGE', String(from), String(Number(to) - 1));
      for (const { address } of servers) await client.cluster('MEET', address.host, address.port);
    });
  }
  for (const server of servers) {
    await server.until(async (client) => {
      const info = await client.cluster('INFO');
      return /cluster_state:ok/.test(info) && /cluster_known_nodes:3/.test(info);
    });
  }
  return servers;
}
