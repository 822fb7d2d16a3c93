// A MariaDB server of the tests' own, in a folder of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { freePort } from './free-port.ts';

const PROGRAM = '/usr/sbin/mariadbd';

export function isMariadbInstalled(): boolean {
  return existsSync(PROGRAM);
}

export class PrivateMariadb {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `mysql://root@127.0.0.1:${port}`;
    this.#folder = mkdtempSync(join(tmpdir(), 'runtwice-mariadb-'));
  }

  static async start(): Promise<PrivateMariadb> {
    const server = new PrivateMariadb(await freePort());
    try {
      await server.#start();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  async #start(): Promise<void> {
    const folder = this.#folder;
    const data = join(folder, 'data');
    const isRoot = process.getuid?.() === 0;
    // The server gives up being root.
    const user = isRoot ? ['--user=mysql'] : [];
    if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'));
    const auth = '--auth-root-authentication-method=normal';
    // In a folder that servers share, one that starts removes the temporary files of the others.
    const temporary = `--tmpdir=${folder}`;
    const install = [
      '--no-defaults',
      `--datadir=${data}`,
      auth,
      '--skip-test-db',
      temporary,
      ...user,
    ];
    execFileSync('mariadb-install-db', install, {
      cwd: tmpdir(),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const args = [
      ...['--no-defaults', `--datadir=${data}`, temporary, ...user],
      ...[`--port=${this.#port}`, '--bind-address=127.0.0.1'],
      ...[`--socket=${join(folder, 'socket')}`, `--pid-file=${join(folder, 'pid')}`],
    ];
    this.#child = spawn(PROGRAM, args, { cwd: tmpdir(), stdio: 'ignore' });
    await this.#untilUp();
  }

  async #untilUp(): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      const connection = await mysql.createConnection(this.url).catch(() => undefined);
      if (connection !== undefined) return connection.end();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the MariaDB server did not start');
  }

  /** Kills the server, if it runs, and removes its folder. */
  async remove(): Promise<void> {
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'mysql'], { encoding: 'utf8' }));
}
