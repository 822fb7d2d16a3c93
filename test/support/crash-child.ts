// A process that makes one call and kills, or stops, itself at a moment that it was told. It says
// `NAME ended MOMENTS` when it came to its end.
import { appendFileSync, writeSync } from 'node:fs';
import { Ledger } from '../../src/once/ledger.ts';
import type { Store } from '../../src/once/store/types.ts';
import { systemSurroundings } from '../../src/once/surroundings.ts';
import { bound } from './bound-store.ts';
import { define, type Kind } from './crash-operations.ts';
import { type Description, openDescribed } from './described-store.ts';

export interface Crash {
  readonly description: Description;
  readonly kind: Kind;
  readonly key: string;
  /** The file that has a line for each effect. */
  readonly effects: string;
  /** At which moment, counted from 1; none: 0. */
  readonly at: number;
  readonly signal: 'SIGKILL' | 'SIGSTOP';
  /** As if it ran on another host: only its lease says whether it lives. */
  readonly isElsewhere: boolean;
}

const { description, kind, key, effects, at, signal, isElsewhere } = JSON.parse(
  process.argv[2] ?? '',
) as Crash;

let moments = 0;

/** Nothing more happens here once the signal has come. */
function moment(): void {
  if (++moments === at) process.kill(process.pid, signal);
}

/** A call of the store has three moments: before it, when it is on its way, and when it is answered. */
function watched(store: Store): Store {
  const watch =
    <Args extends unknown[], Reply>(call: (...args: Args) => Promise<Reply>) =>
    async (...args: Args): Promise<Reply> => {
      moment();
      const reply = call(...args);
      await new Promise((resolve) => setImmediate(resolve));
      moment();
      const answer = await reply;
      moment();
      return answer;
    };
  const plain = bound(store);
  return { ...plain, claim: watch(plain.claim), update: watch(plain.update) };
}

const store = await openDescribed(description);
const ledger = new Ledger(
  { store: watched(store), namespace: 'crash', keep: '1d', lease: '2s' },
  { ...systemSurroundings, ...(isElsewhere && { newOwner: () => `//elsewhere-${process.pid}` }) },
);
const effect = (name: string): void => {
  moment();
  appendFileSync(effects, `${name}\n`);
  moment();
};
const settled = await define(ledger, kind, effect).settle(1, { key });
writeSync(1, `${JSON.stringify({ ...settled, error: undefined, moments })}\n`);
await ledger.close();
process.exit();
