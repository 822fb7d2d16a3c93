// A Redis server of the check's own: whatever the command does to it, the user's is another one.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CannotCheck } from '../../sandbox/cannot-check.ts';
import { connected, type RedisConnection, type RedisModule } from './connection.ts';

const PROGRAMS = ['redis-server', 'valkey-server'];

/**
 * What reaches beyond the server, or ends it, or would undo this: it may write no files where it likes, and
 * connect to no other server.
 */
const REFUSED =
  '-shutdown -debug -module -migrate -replicaof -slaveof -failover -psync -sync -acl -cluster -config +config|get';

export interface ServerOptions {
  /** A folder for its files, which is made. */
  readonly folder: string;
  /** Where it listens. */
  readonly socket: string;
  /** How the command logs in; without a password anybody is let in. */
  readonly login: { readonly username: string; readonly password: string };
  readonly databases: number;
}

/** The name of the file that it begins with, in its folder. */
export const DUMP = 'dump.rdb';

/** Of the check itself. */
const ADMIN = 'runtwice';

/** It ends with this process, also where that is killed: the shell hears of it from its input. */
const LEASH = '"$@" & server=$!; read -r _; kill -9 "$server"';

const MAX_WAITS = 2000;

export class RedisServer {
  readonly #options: ServerOptions;
  readonly #client: RedisModule;
  readonly #password = randomBytes(16).toString('hex');
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;

  private constructor(options: ServerOptions, client: RedisModule, program: string) {
    this.#options = options;
    this.#client = client;
    const { folder } = options;
    const settings = join(folder, 'redis.conf');
    writeFileSync(settings, settingsOf(options, this.#password), { mode: 0o600 });
    this.#child = spawn('sh', ['-c', LEASH, 'sh', program, settings], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: process.env['PATH'] },
      // A Ctrl-C is for the check, which ends it in its time.
      detached: true,
    });
    this.#gone = once(this.#child, 'close');
  }

  /** Begins with what `prepare` puts into its folder. */
  static async start(
    options: ServerOptions,
    client: RedisModule,
    prepare: (folder: string) => void = () => {},
  ): Promise<RedisServer> {
    const program = programHere();
    mkdirSync(options.folder, { mode: 0o700 });
    prepare(options.folder);
    const server = new RedisServer(options, client, program);
    try {
      await server.#untilReady();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get folder(): string {
    return this.#options.folder;
  }

  get socket(): string {
    return this.#options.socket;
  }

  /** @throws CannotCheck where it does not answer any more. */
  async connect(): Promise<RedisConnection> {
    try {
      const at = { path: this.#options.socket };
      return await connected(this.#client, { at, username: ADMIN, password: this.#password });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new CannotCheck(`the Redis server of the check does not answer: ${why}`);
    }
  }

  /** Kills it and removes its files. */
  async stop(): Promise<void> {
    this.#child.stdin?.destroy();
    await this.#gone;
    rmSync(this.#options.folder, { recursive: true, force: true });
    rmSync(this.#options.socket, { force: true });
  }

  async #untilReady(): Promise<void> {
    for (let waits = 0; waits < MAX_WAITS; waits++) {
      if (existsSync(this.#options.socket) && (await this.#answers())) return;
      await delay(5);
    }
    throw new CannotCheck('the Redis server of the check did not start');
  }

  /** Its socket is there before it listens, and it listens before it has read its data. */
  async #answers(): Promise<boolean> {
    let connection: RedisConnection | undefined;
    try {
      connection = await this.connect();
      await connection.ask('EXISTS', 'x');
      return true;
    } catch {
      return false;
    } finally {
      connection?.end();
    }
  }
}

function settingsOf({ socket, login, databases }: ServerOptions, password: string): string {
  const lines = [
    'port 0',
    `unixsocket "${socket}"`,
    'unixsocketperm 700',
    'save ""',
    'daemonize no',
    `databases ${databases}`,
    'enable-debug-command yes',
    `user ${ADMIN} on #${hashOf(password)} ~* &* +@all`,
    ...usersOf(login),
  ];
  return `${lines.join('\n')}\n`;
}

/** As on the user's own server: without a password there is no need to log in. */
function usersOf({ username, password }: ServerOptions['login']): string[] {
  const rights = `~* &* +@all ${REFUSED}`;
  const way = password === '' ? 'nopass' : `#${hashOf(password)}`;
  if (username === '' || username === 'default') return [`user default on ${way} ${rights}`];
  return ['user default off', `user ${username} on ${way} ${rights}`];
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** @throws CannotCheck where there is none that will do. */
function programHere(): string {
  for (const program of PROGRAMS) {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    const version = Number(/v=(\d+)/u.exec(stdout ?? '')?.[1]);
    if (version >= 7) return program;
  }
  throw new CannotCheck(
    `a check with Redis runs a server of its own, and there is no redis-server from 7 on, or valkey-server, on this machine: install one (the command never gets to your own)`,
  );
}
