// A PostgreSQL server of the test's own, with settings of its own: it listens on a socket in its
// folder, and nobody else writes to it, so that what it counts is what the test did.
import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from './postgres.ts';
import { requireOrSay } from './require.ts';

const ROOT = '/usr/lib/postgresql';

/** Where the newest installed server's programs are. */
export function findPrograms(): string | undefined {
  const versions = existsSync(ROOT) ? readdirSync(ROOT) : [];
  const sorted = versions.sort((left, right) => Number(right) - Number(left));
  return sorted.map((version) => join(ROOT, version, 'bin')).find((bin) => existsSync(bin));
}

/** Whether such a server can be started; where not, says that this part is not run. */
export function isPostgresInstalled(part: string): boolean {
  return requireOrSay(findPrograms() !== undefined, 'an installed PostgreSQL', part);
}

export class PrivateServer {
  readonly address: Address;
  readonly #folder: string;
  readonly #data: string;

  /** `settings` as in `postgresql.conf`. */
  constructor(settings: Readonly<Record<string, string>> = {}) {
    this.#folder = mkdtempSync(join(tmpdir(), 'runtwice-pg-'));
    this.#data = join(this.#folder, 'data');
    // The server refuses to run as root.
    if (process.getuid?.() === 0) chownSync(this.#folder, idOf('-u'), idOf('-g'));
    run('initdb', ['-D', this.#data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-sync']);
    const all = {
      listen_addresses: '',
      unix_socket_directories: this.#folder,
      // Its own work is not to be counted.
      autovacuum: 'off',
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'\n`);
    writeFileSync(join(this.#data, 'postgresql.auto.conf'), lines.join(''));
    const database = 'postgres';
    this.address = { host: this.#folder, port: 5432, user: 'postgres', database };
  }

  start(): void {
    run('pg_ctl', ['-D', this.#data, '-w', '-s', '-l', join(this.#folder, 'log'), 'start']);
  }

  /** Stops it in the middle of everything, as a crash does, and starts it again. */
  crash(): void {
    run('pg_ctl', ['-D', this.#data, '-w', '-s', '-m', 'immediate', 'stop']);
    this.start();
  }

  /** Makes the server that starts next a standby: of nobody, but it can be read. */
  makeStandby(): void {
    writeFileSync(join(this.#data, 'standby.signal'), '');
  }

  /** Kills the server, if it runs, and removes its folder. */
  remove(): void {
    try {
      run('pg_ctl', ['-D', this.#data, '-w', '-s', '-m', 'immediate', 'stop']);
    } catch {
      // It did not run.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
}

function run(program: string, args: readonly string[]): void {
  const command = join(String(findPrograms()), program);
  const isRoot = process.getuid?.() === 0;
  const user = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
  const [file, all] = isRoot ? ['setpriv', [...user, command, ...args]] : [command, args];
  execFileSync(file, all, { cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
}
