import { onTestFinished } from 'vitest';
import { Ledger } from '../../src/once/ledger.ts';
import type { Store } from '../../src/once/store/types.ts';
import { systemSurroundings } from '../../src/once/surroundings.ts';
import { memoryStore } from '../../src/stores/memory/index.ts';
import { bound } from './bound-store.ts';

/** A ledger for one test; `change` replaces methods of its store. */
export function memoryLedger(change: (store: Store) => Partial<Store> = () => ({})): Ledger {
  const plain = bound(memoryStore());
  const store = { ...plain, ...change(plain) };
  const ledger = new Ledger({ store, namespace: 'test', keep: '1d' }, systemSurroundings);
  onTestFinished(() => ledger.close({ drain: 0 }));
  return ledger;
}
