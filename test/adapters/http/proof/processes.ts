// Servers that are processes of their own, on stores that they share.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Description } from '../../../support/described-store.ts';
import { freePort } from '../../../support/free-port.ts';
import { Database, isPostgresThere } from '../../../support/postgres.ts';
import { isRedisThere, Keys } from '../../../support/redis.ts';
import type { Served } from './serve.ts';
import type { Setup } from './setup.ts';

export const SERVER: string = fileURLToPath(new URL('server.ts', import.meta.url));

/** A store for processes, and what removes it. */
export interface Place {
  readonly name: string;
  readonly isThere: boolean;
  open(): Promise<{ description: Description; remove(): Promise<unknown> }>;
}

export async function places(part: string): Promise<Place[]> {
  const all: Place[] = [
    {
      name: 'SQLite',
      isThere: true,
      async open() {
        const folder = mkdtempSync(join(tmpdir(), 'runtwice-test-'));
        const remove = async () => rmSync(folder, { recursive: true });
        return { description: { kind: 'sqlite', path: join(folder, 'ledger.db') }, remove };
      },
    },
    {
      name: 'PostgreSQL',
      isThere: await isPostgresThere(`${part} on PostgreSQL`),
      async open() {
        const db = await Database.create();
        const { address } = db;
        const description = { kind: 'postgres', address, table: 'runtwice_ledger' } as const;
        return { description, remove: () => db.drop() };
      },
    },
    {
      name: 'Redis',
      isThere: await isRedisThere(`${part} on Redis`),
      async open() {
        const keys = new Keys();
        const { address, prefix } = keys;
        return { description: { kind: 'redis', address, prefix }, remove: () => keys.clear() };
      },
    },
  ];
  return all.filter(({ isThere }) => isThere);
}

export interface Started extends Served {
  readonly pid: number;
  /** Fulfilled when the process is gone, with what ended it. */
  readonly ended: Promise<string | null>;
}

/** Starts it; it is killed when the test is over. */
export async function startServer(setup: Omit<Setup, 'port'>): Promise<Started> {
  const port = await freePort();
  const args = [SERVER, JSON.stringify({ ...setup, port })];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(([, signal]) => signal as string | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await once(child.stdout, 'data');
  return { port, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, ended };
}

/** What happened, by a line for each. */
export function effectsIn(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}
