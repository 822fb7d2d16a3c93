import type { Store } from '../../src/once/store/types.ts';

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
