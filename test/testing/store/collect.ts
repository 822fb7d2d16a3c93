import type { Clock } from '../../../src/core/clock.ts';
import type { Store } from '../../../src/once/store/types.ts';
import { memoryStore } from '../../../src/stores/memory/index.ts';
import { describeStore, type Runner, type StoreSuite } from '../../../src/testing/index.ts';

/** A case as it was declared to a test runner. */
export interface Declared {
  readonly group: string;
  readonly name: string;
  /** Undefined where it was skipped. */
  readonly run: (() => Promise<void>) | undefined;
}

/** What the suite declares, by a runner that only takes notes. */
export function collect(suite: StoreSuite, canSkip = true): Declared[] {
  const path: string[] = [];
  const declared: Declared[] = [];
  const note = (name: string, run: Declared['run']): void => {
    declared.push({ group: path.at(-1) ?? '', name, run });
  };
  const skip = (name: string): void => note(name, undefined);
  const runner: Runner = {
    describe: (name, define) => {
      path.push(name);
      define();
      path.pop();
    },
    it: Object.assign(note, canSkip ? { skip } : {}),
  };
  describeStore(runner, suite);
  return declared;
}

/** What is wrong with a store: some of its methods, made from a sound one. */
export type Fault = (sound: Store, clock: Clock) => Partial<Store>;

/** A memory store that other stores of the same case share, with a fault. */
export function faultySuite(fault: Fault): StoreSuite {
  const shared = new WeakMap<Clock, Store>();
  return {
    name: 'faulty',
    open: async (clock) => {
      const sound = shared.get(clock) ?? memoryStore({ clock });
      shared.set(clock, sound);
      return { ...bound(sound), ...fault(sound, clock) };
    },
  };
}

function bound(store: Store): Store {
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

/** The names of the cases that do not hold. */
export async function redOf(suite: StoreSuite, group?: string): Promise<Set<string>> {
  const red = new Set<string>();
  for (const { group: own, name, run } of collect(suite)) {
    if (group !== undefined && own !== group) continue;
    await run?.().catch(() => red.add(name));
  }
  return red;
}
