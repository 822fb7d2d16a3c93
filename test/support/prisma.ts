// A Prisma client, from the folder of its own: tools/prisma.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
// @ts-expect-error a script without types
import * as installing from '../../scripts/lib/install.mjs';
import type { Open } from './libraries.ts';
import type { Address } from './postgres.ts';
import { requireOrSay } from './require.ts';

export const FOLDER: string = resolve('tools', 'prisma');

const { install, isInstalled } = installing as {
  install(folder: string): Promise<void>;
  isInstalled(folder: string): boolean;
};

/** As far as it is used here: the client's own types are those of tools/prisma, see types.ts there. */
interface PrismaClient {
  $connect(): Promise<void>;
  $disconnect(): Promise<void>;
  $executeRawUnsafe(statement: string): Promise<number>;
  $transaction<Value>(
    work: (tx: PrismaClient) => Promise<Value>,
    options?: { isolationLevel?: string },
  ): Promise<Value>;
  $extends(extension: object): PrismaClient;
  order: { create(order: { data: { id: string } }): Promise<unknown> };
}

interface Modules {
  PrismaClient: new (options: { adapter: object }) => PrismaClient;
  PrismaPg: new (address: object) => object;
}

/** Installed here only in CI: it takes 300 MB. */
export async function loadPrisma(part: string): Promise<Modules | undefined> {
  if (process.env['CI'] !== undefined) await install(FOLDER);
  const isThere = requireOrSay(isInstalled(FOLDER), 'Prisma (`npm ci` in tools/prisma)', part);
  if (!isThere) return undefined;
  generate();
  const load = (...path: string[]) => import(pathToFileURL(join(FOLDER, ...path)).href);
  const { PrismaClient } = await load('generated', 'client.ts');
  const { PrismaPg } = await load('node_modules', '@prisma', 'adapter-pg', 'dist', 'index.mjs');
  return { PrismaClient, PrismaPg };
}

/** Writes the client, unless it is of this schema and version already. */
function generate(): void {
  const folder = join(FOLDER, 'generated');
  const stamp = join(folder, '.stamp');
  const wanted = ['schema.prisma', 'package-lock.json'].map(read).join('');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const cli = join('node_modules', 'prisma', 'build', 'index.js');
  execFileSync(process.execPath, [cli, 'generate', '--schema', 'schema.prisma'], {
    cwd: FOLDER,
    stdio: 'pipe',
    // It asks for an engine for migrations, which are not used, and would fetch it.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
  });
  writeFileSync(stamp, wanted);
}

function read(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

export function prisma({ PrismaClient, PrismaPg }: Modules, extension?: object): Open {
  return ({ address }) => {
    const plain = new PrismaClient({ adapter: new PrismaPg(configOf(address)) });
    const db = extension === undefined ? plain : plain.$extends(extension);
    const made = {
      db,
      begin: <Value>(work: (tx: PrismaClient) => Promise<Value>, isolation?: 'serializable') =>
        db.$transaction(work, {
          isolationLevel: isolation === undefined ? 'ReadCommitted' : 'Serializable',
        }),
      insert: (tx: PrismaClient, id: string) => tx.order.create({ data: { id } }),
      run: (tx: PrismaClient, statement: string) => tx.$executeRawUnsafe(statement),
      end: () => db.$disconnect(),
    };
    return made as unknown as ReturnType<Open>;
  };
}

function configOf({ host, port, user, password, database }: Address): object {
  return { host, port, user, password, database, max: 10 };
}
