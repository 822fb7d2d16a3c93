import type { Handle, HandleValue } from './handle.ts';

/** The part of a Prisma client that is used, or of what its `$transaction` gives. */
export interface PrismaHandle {
  $queryRawUnsafe(query: string, ...values: HandleValue[]): PromiseLike<unknown>;
  $transaction(work: (tx: PrismaHandle) => Promise<void>): Promise<unknown>;
  /** No transaction has it. */
  $connect?(): Promise<void>;
}

export function prismaHandle(prisma: PrismaHandle): Handle {
  return {
    library: 'Prisma',
    isTransaction: typeof prisma.$connect !== 'function',
    query: (text, values) => prisma.$queryRawUnsafe(text, ...values),
    begin: (work) => prisma.$transaction(work),
  };
}
