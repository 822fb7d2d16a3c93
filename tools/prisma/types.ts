// Compiled by test/stores/postgres/prisma.test.ts, and never run.
import { createLedger, memoryStore } from '../../src/index.ts';
import type { Prisma, PrismaClient } from './generated/client.ts';

declare const prisma: PrismaClient;
declare const tx: Prisma.TransactionClient;

const ledger = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
const CALL = { operation: 'place', key: 'order-1', input: null };

type IsSame<One, Other> = [One, Other] extends [Other, One] ? true : false;

export const begun: Promise<string> = ledger.transaction(prisma, CALL, async (own) => {
  const isSame: IsSame<typeof own, Prisma.TransactionClient> = true;
  // @ts-expect-error it is no client, but a transaction
  own.$connect;
  const { id } = await own.order.create({ data: { id: 'order-1' } });
  return isSame ? id : '';
});

export const joined: Promise<number> = ledger.within(tx, CALL, async (own) => {
  const isSame: IsSame<typeof own, typeof tx> = true;
  return isSame ? own.order.count() : 0;
});

// @ts-expect-error a database is no transaction
ledger.within(prisma, CALL, async () => 1);

// @ts-expect-error a transaction is begun already
ledger.transaction(tx, CALL, async () => 1);
