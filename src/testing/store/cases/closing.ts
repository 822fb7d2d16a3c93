import { A, RESULT } from '../bench.ts';
import { type Cases, needs } from '../case.ts';
import { expectEqual, expectFields, recordOf } from '../expect.ts';

/** How a store begins and ends. */
export const CLOSING: Cases = {
  'a store says its name, and what its records survive': async ({ store }) => {
    expectEqual(store.name !== '', true);
    expectEqual(['process', 'disk', 'quorum'].includes(store.durability), true);
  },

  'it may be closed twice': async ({ store, claim }) => {
    await claim();
    await store.close();
    await store.close();
  },

  'it may be closed before it was used': async ({ store }) => {
    await store.close();
  },

  'what is asked for while it closes has an end': async ({ store, claim, finish, id }) => {
    await claim();
    const asked = [claim({ id: id('other') }), finish(), store.read(id())];
    const [ends] = await Promise.all([Promise.allSettled(asked), store.close()]);
    expectEqual(ends.length, 3);
  },

  'what was claimed is seen by another store': needs('shared', async (bench) => {
    const other = await bench.another();
    await bench.claim();
    expectFields(recordOf(await other.read(bench.id())), { state: 'running', owner: A });
    await bench.finish();
    expectFields(recordOf(await other.read(bench.id())), { state: 'done', result: RESULT });
  }),

  'everything is there when it is opened again': needs('shared', async (bench) => {
    const { store, claim, update, finish, record, id } = bench;
    await claim({ id: id('running') });
    await update({ id: id('running'), state: 'running', progress: 'step one' });
    await claim({ id: id('done') });
    await finish(id('done'));
    const before = [await record(id('running')), await record(id('done'))];
    await store.close();
    const again = await bench.another();
    const after = [await again.read(id('running')), await again.read(id('done'))];
    expectEqual(after.map(recordOf), before);
  }),

  'one that closes does not disturb another': needs('shared', async (bench) => {
    const other = await bench.another();
    await bench.claim();
    await other.close();
    await bench.finish();
    expectFields(await bench.record(), { state: 'done', result: RESULT });
  }),
};
