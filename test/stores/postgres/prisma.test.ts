import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isPostgresThere } from '../../support/postgres.ts';
import { FOLDER, loadPrisma, prisma } from '../../support/prisma.ts';
import { itHoldsTransactionsOf } from './handle-suite.ts';

const part = 'transactions of Prisma';
const isThere = await isPostgresThere(part);
const modules = isThere ? await loadPrisma(part) : undefined;

describe.runIf(modules).each([
  { name: 'Prisma', extension: undefined },
  {
    name: 'Prisma with an extension',
    extension: {
      query: {
        $allOperations: ({ args, query }: never) => (query as (args: unknown) => unknown)(args),
      },
      model: { order: { all: () => [] } },
    },
  },
])('a transaction of $name', ({ extension }) => {
  if (modules !== undefined) itHoldsTransactionsOf(prisma(modules, extension));
});

describe.runIf(modules)('the types of Prisma', () => {
  it('give the function its own transaction, and refuse wrong use', () => {
    const tsc = resolve('node_modules', 'typescript', 'bin', 'tsc');
    const strict = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions'];
    const modern = ['--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const args = [tsc, '--ignoreConfig', ...strict, ...modern, join(FOLDER, 'types.ts')];
    const roots = ['--typeRoots', resolve('node_modules', '@types')];
    const check = () => execFileSync(process.execPath, [...args, ...roots], { encoding: 'utf8' });
    expect(check()).toBe('');
  });
});
