import { onTestFinished } from 'vitest';
import type { LedgerEvent } from '../../src/once/events.ts';
import { hostName } from '../../src/once/host.ts';
import { Ledger } from '../../src/once/ledger.ts';
import type { LedgerOptions } from '../../src/once/options.ts';
import type { Store } from '../../src/once/store/types.ts';
import { systemSurroundings } from '../../src/once/surroundings.ts';
import { bound } from './bound-store.ts';
import type { TestStore } from './stores.ts';

/** Ledgers that share records, as processes do. */
export interface Ledgers {
  /** One more, with a connection of its own. */
  open(
    options?: Partial<LedgerOptions>,
    change?: (store: Store) => Partial<Store>,
  ): Promise<Ledger>;
  /** One whose process is gone for all others: what it began never ended. */
  openDead(options?: Partial<LedgerOptions>): Promise<Ledger>;
  /** What happened in all of them. */
  readonly events: LedgerEvent[];
}

let dead = 0;

export async function openLedgers(store: TestStore): Promise<Ledgers> {
  const connect = await store.open();
  const events: LedgerEvent[] = [];
  const open = async (
    options: Partial<LedgerOptions>,
    surroundings: Partial<typeof systemSurroundings>,
    change: (store: Store) => Partial<Store> = () => ({}),
  ): Promise<Ledger> => {
    const plain = bound(await connect());
    const ledger = new Ledger(
      {
        store: { ...plain, ...change(plain) },
        namespace: 'test',
        keep: '1d',
        onEvent: (event) => events.push(event),
        ...options,
      },
      { ...systemSurroundings, ...surroundings },
    );
    onTestFinished(() => ledger.close({ drain: 0 }));
    return ledger;
  };
  return {
    events,
    open: (options = {}, change) => open(options, {}, change),
    openDead: (options = {}) =>
      // No process has this number.
      open(options, { newOwner: () => `${hostName()}/4194999:1/dead-${++dead}` }),
  };
}

/** A function that runs until it is told how to end. */
export function gate<Value>(): {
  run: () => Promise<Value>;
  begun: Promise<void>;
  end: (value: Value) => void;
  fail: (error: unknown) => void;
} {
  const [begun, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<Value>()];
  return {
    run: () => {
      begun.resolve();
      return ended.promise;
    },
    begun: begun.promise,
    end: ended.resolve,
    fail: ended.reject,
  };
}
