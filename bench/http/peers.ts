// Each peer as a server of its own, on a Redis of its own, which is not killed with it.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type CheckReport,
  checkHttpServer,
  type HttpServerOptions,
  serverProcess,
} from '../../src/check/index.ts';
import { freePort, startRedis } from './redis.ts';

export interface Peer {
  readonly name: string;
  /** What it is made of. */
  readonly packages: readonly string[];
}

export const PEERS: readonly Peer[] = [
  { name: 'runtwice', packages: ['runtwice', 'ioredis', 'express'] },
  {
    name: 'express-idempotency',
    packages: ['express-idempotency', 'express-idempotency-redis-adapter', 'express'],
  },
  {
    name: 'node-idempotency',
    packages: [
      '@node-idempotency/nestjs',
      '@node-idempotency/storage-adapter-redis',
      '@nestjs/core',
    ],
  },
];

/** The version of a package; this one is the project itself, with what is installed for it. */
export function versionOf({ name }: Peer, used: string): string {
  const ours = used === 'runtwice' ? '../../' : `../../node_modules/${used}/`;
  const folder = name === 'runtwice' ? ours : `peers/node_modules/${used}/`;
  const path = new URL(`${folder}package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

/** Long enough for each peer; a key that is held longer is held for a day. */
export const RECOVERY_S = 10;

/** Checks a peer, each time with a Redis and a folder that are new. */
export async function checkPeer(
  { name }: Peer,
  options: Omit<HttpServerOptions, 'effects'>,
): Promise<CheckReport> {
  const folder = mkdtempSync(join(tmpdir(), 'runtwice-http-peer-'));
  const [port, redisPort] = [await freePort(), await freePort()];
  const redis = await startRedis(redisPort, folder);
  const effects = join(folder, 'effects');
  writeFileSync(effects, '');
  const main = fileURLToPath(new URL(`servers/${name}.mjs`, import.meta.url));
  const start = serverProcess({
    command: [process.execPath, main, String(port), effects, `redis://127.0.0.1:${redisPort}`],
    url: `http://127.0.0.1:${port}`,
  });
  const count = () => statSync(effects).size;
  try {
    return await checkHttpServer(start, {
      recovery: RECOVERY_S * 1000,
      timeout: '5s',
      ...options,
      effects: count,
    });
  } finally {
    redis.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}
