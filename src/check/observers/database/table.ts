// What is told of a table: its form, how many rows there are, and, where they are not too many, which.
import { createHash } from 'node:crypto';
import type { Entry } from '../files/manifest.ts';

/** Of tables with more rows only their number and the sum of their hashes is known. */
export const MOST_ROWS = 10_000;

/** What identifies a row (its primary key, or all of it), and a hash of all of it. */
export type Row = readonly [identity: string, hash: string];

/** A table with its rows, in whatever order. */
export function smallTable(form: string, rows: readonly Row[]): Entry {
  const known = new Map<string, string>();
  const times = new Map<string, number>();
  for (const [identity, hash] of rows) {
    const before = times.get(identity) ?? 0;
    times.set(identity, before + 1);
    known.set(before === 0 ? identity : `${identity} ${before}`, hash);
  }
  const sorted = [...rows].map(([, hash]) => hash).sort();
  const sum = createHash('sha1').update(sorted.join()).digest('base64url');
  return { ...largeTable(form, rows.length, sum), rows: known };
}

/** A table of which only the number of rows, and the sum of their hashes is known. */
export function largeTable(form: string, number: number, sum: string): Entry {
  const content = `${form} ${number} ${sum}`;
  return { kind: 'table', mode: 0, content, size: number, stamp: content };
}

/** A view or a routine. */
export function definition(form: string): Entry {
  return { kind: 'definition', mode: 0, content: form, size: 0, stamp: form };
}
