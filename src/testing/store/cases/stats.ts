import { SHORT } from '../bench.ts';
import { allNeed, type Cases } from '../case.ts';
import { expectEqual } from '../expect.ts';

const NONE = { running: 0, done: 0, failed: 0, released: 0, unknown: 0 };

/** How many records are in each state. */
export const STATS: Cases = allNeed('list', {
  'nothing is nothing in every state': async ({ store, prefix }) => {
    expectEqual({ ...(await store.stats(prefix)) }, NONE);
  },

  'each record is counted in its state': async ({ store, prefix, id, claim, update }) => {
    for (const state of ['done', 'failed', 'released', 'unknown', 'running'] as const) {
      for (const name of state === 'done' ? ['one', 'two', 'three'] : ['one']) {
        const one = id(`${state}-${name}`);
        await claim({ id: one });
        await update({ id: one, state });
      }
    }
    const counts = { running: 1, done: 3, failed: 1, released: 1, unknown: 1 };
    expectEqual({ ...(await store.stats(prefix)) }, counts);
  },

  'only below the prefix': async ({ store, id, claim }) => {
    for (const name of ['a/1', 'a/2', 'a/', 'a', 'a0', 'A/1', 'b/1', 'a%']) {
      await claim({ id: id(name) });
    }
    expectEqual({ ...(await store.stats(id('a/'))) }, { ...NONE, running: 3 });
    expectEqual({ ...(await store.stats(id('a%'))) }, { ...NONE, running: 1 });
  },

  'what is running counts as such, though its lease is over': async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(2 * SHORT);
    expectEqual({ ...(await bench.store.stats(bench.prefix)) }, { ...NONE, running: 1 });
  },

  'what is removed is not counted': async ({ store, prefix, claim, id }) => {
    const { record } = await claim();
    await store.remove(id(), record.owner);
    expectEqual({ ...(await store.stats(prefix)) }, NONE);
  },
});
