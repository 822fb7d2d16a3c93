// Types alone: what the libraries' own types tell of a database, and of a transaction. They name no
// library; each is known by methods that no other client has.

/** A Prisma client has `$connect`, its transactions do not. */
interface OfPrisma {
  $queryRawUnsafe: unknown;
}

/** A `Transaction` of kysely says `isTransaction: true`. */
interface OfKysely {
  executeQuery: unknown;
  isTransaction: boolean;
}

interface OfKnex {
  raw: unknown;
  select: unknown;
  transaction: unknown;
}

interface OfDrizzle {
  execute: unknown;
  select: unknown;
  transaction: unknown;
}

/** Whether it is a transaction of one of these libraries, or a database; undefined for any other client. */
type IsTransaction<Db> = Db extends OfPrisma
  ? Db extends { $connect: unknown }
    ? false
    : true
  : Db extends OfKysely
    ? true extends Db['isTransaction']
      ? false extends Db['isTransaction']
        ? false
        : true
      : false
    : Db extends OfKnex
      ? Db extends { isCompleted: unknown }
        ? true
        : false
      : Db extends OfDrizzle
        ? Db extends { rollback(): never }
          ? true
          : false
        : undefined;

/** What `within` takes. */
export type Joined<Db> =
  false extends IsTransaction<Db>
    ? 'This is a database; within() needs a transaction of it.'
    : unknown;

/** What `transaction` takes. */
export type Begun<Db> =
  true extends IsTransaction<Db>
    ? 'This is a transaction already; transaction() needs the database.'
    : unknown;

/** What the library gives the function in a transaction; of other clients it is one of the same kind. */
export type TransactionOf<Db> = Db extends OfPrisma & {
  $transaction(work: (tx: infer Tx) => Promise<never>): unknown;
}
  ? Tx
  : Db extends OfKysely & {
        transaction(): { execute(work: (tx: infer Tx) => Promise<never>): unknown };
      }
    ? Tx
    : Db extends (OfKnex | OfDrizzle) & {
          transaction(work: (tx: infer Tx) => Promise<never>): unknown;
        }
      ? Tx
      : Db;
