// Where the helper listens inside for what is sent to databases: one port for each.

export type DatabaseKind = 'PostgreSQL' | 'MariaDB or MySQL' | 'Redis';

const FIRST: Readonly<Record<DatabaseKind, number>> = {
  PostgreSQL: 47_010,
  'MariaDB or MySQL': 47_020,
  Redis: 47_030,
};

/** So many databases of one kind there may be in a check. */
export const MOST_OF_A_KIND = 10;

/** The port of the first, second … database of a kind. */
export function portOf(kind: DatabaseKind, index: number): number {
  return FIRST[kind] + index;
}

/** The kind of the database at an address, as the helper tells it; undefined where there is none. */
export function databaseAt(address: string): DatabaseKind | undefined {
  const port = Number(/^tcp 127\.0\.0\.1:(\d+)$/u.exec(address)?.[1]);
  const kinds = Object.keys(FIRST) as DatabaseKind[];
  return kinds.find((kind) => port >= FIRST[kind] && port < FIRST[kind] + MOST_OF_A_KIND);
}
