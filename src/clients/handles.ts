import { RuntwiceError } from '../core/errors.ts';
import { type DrizzleHandle, drizzleHandle } from './drizzle.ts';
import type { Handle } from './handle.ts';
import { type KnexHandle, knexHandle } from './knex.ts';
import { type KyselyHandle, kyselyHandle } from './kysely.ts';
import { type PrismaHandle, prismaHandle } from './prisma.ts';

/** What is of a query builder or ORM; undefined for clients that are asked directly. */
export function handleOf(db: unknown): Handle | undefined {
  if (has(db, '$queryRawUnsafe')) return prismaHandle(db as PrismaHandle);
  if (has(db, 'executeQuery') && has(db, 'withoutPlugins')) return kyselyHandle(db as KyselyHandle);
  // Clients may have been given a method `transaction`, too, but they build no queries.
  if (!has(db, 'transaction') || !has(db, 'select')) return undefined;
  if (has(db, 'raw')) return knexHandle(db as KnexHandle);
  return has(db, 'execute') ? drizzleHandle(db as DrizzleHandle) : undefined;
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where no transaction was begun, or one was that is not to be. */
export function requireTransaction({ library, isTransaction }: Handle, wanted: boolean): void {
  if (isTransaction === wanted) return;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    wanted
      ? `this is a database of ${library}, and no transaction`
      : `this is a transaction of ${library}, which is begun already`,
    {
      fix: wanted
        ? `Give within() the transaction that ${library} gave your function, or use ledger.transaction().`
        : `Give transaction() the database, or use ledger.within().`,
    },
  );
}

function has(db: unknown, method: string): boolean {
  return typeof (db as Record<string, unknown> | null | undefined)?.[method] === 'function';
}
