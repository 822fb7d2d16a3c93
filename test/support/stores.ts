// The stores that the tests of the ledger run on.
import { join } from 'node:path';
import type { Store } from '../../src/once/store/types.ts';
import { memoryStore } from '../../src/stores/memory/index.ts';
import { sqliteStore } from '../../src/stores/sqlite/index.ts';
import { tempFolder } from './tree.ts';

export interface TestStore {
  readonly name: string;
  /** Another connection to the same records, for every ledger of its own; new records for every test. */
  open(): Promise<() => Promise<Store>>;
}

export const TEST_STORES: readonly TestStore[] = [
  {
    name: 'memory',
    async open() {
      const store = memoryStore();
      return async () => ({ ...bound(store), close: async () => {} });
    },
  },
  {
    name: 'sqlite',
    async open() {
      const path = join(tempFolder(), 'ledger.db');
      return () => sqliteStore(path);
    },
  },
];

/** The store as a plain object, so that a test can replace one of its methods. */
export function bound(store: Store): Store {
  return {
    name: store.name,
    durability: store.durability,
    claim: (request) => store.claim(request),
    renew: (requests) => store.renew(requests),
    update: (request) => store.update(request),
    read: (id) => store.read(id),
    list: (query) => store.list(query),
    stats: (prefix) => store.stats(prefix),
    remove: (id, owner) => store.remove(id, owner),
    purge: (request) => store.purge(request),
    close: () => store.close(),
  };
}
