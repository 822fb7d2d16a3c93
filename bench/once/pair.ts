// Ours against another way of doing the same: the bare client, which is the limit, or a peer.

/** One thing to do, in both ways; each call does it once. */
export interface Pair {
  readonly name: string;
  /** How many do it at the same time. */
  readonly callers: readonly number[];
  readonly ours: () => Promise<unknown>;
  readonly other: () => Promise<unknown>;
  /** What the other way is called. */
  readonly otherName: string;
  /** The least ratio that is wanted, by callers; what is not there is measured only. */
  readonly least: Readonly<Record<number, number>>;
}

/** How a store's pairs are made, and what is left behind. */
export interface Setup {
  readonly pairs: readonly Pair[];
  close(): Promise<void>;
}

/** Where there is no server. */
export const NOTHING: Setup = { pairs: [], close: async () => {} };

/** A result of about 200 bytes. */
export const RESULT = {
  id: 'ch_3PqX2eLkdIwHu7ix0aBcDeFg',
  status: 'succeeded',
  amount: 4200,
  currency: 'eur',
  receipt:
    'https://pay.example.org/receipts/0123456789012345678901234567890123456789012345678901234567890123456789',
} as const;

let made = 0;

/** A key of 40 characters that was not used before. */
export function newKey(): string {
  made += 1;
  return `key-${process.pid}-${made}-`.padEnd(40, 'x');
}

export function pick<Item>(items: readonly Item[]): Item {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}
