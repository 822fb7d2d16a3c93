import { A, B, SHORT } from '../bench.ts';
import type { Cases } from '../case.ts';
import { expectClaimed, expectEqual, expectNotUpdated } from '../expect.ts';

/** A key is forgotten because a person said so. */
export const REMOVE: Cases = {
  'the record is gone, whatever its state': async ({ store, id, claim, update }) => {
    for (const state of ['running', 'done', 'failed', 'released', 'unknown'] as const) {
      await claim();
      await update({ state });
      expectEqual(await store.remove(id(), A), true);
      expectEqual(await store.read(id()), undefined);
    }
  },

  'the id is new again': async ({ store, id, claim, update, advance, time }) => {
    await claim();
    await update({ state: 'unknown', progress: 'step one' });
    await advance(SHORT);
    await store.remove(id(), A);
    const { record, ...reply } = await claim({ owner: B, fingerprint: 'other' });
    expectClaimed({ record, ...reply }, { attempt: 1, progress: '', fingerprint: 'other' });
    time.expectAge(reply.now - record.firstAt, 0);
  },

  'its owner has nothing to say any more': async ({ store, id, claim, finish }) => {
    await claim();
    await store.remove(id(), A);
    expectNotUpdated(await finish());
    expectEqual(await store.read(id()), undefined);
  },

  'it stays where its owner is another by now': async ({ store, id, claim, takeOver, record }) => {
    await claim();
    await takeOver({ evenIfLeased: true });
    const before = await record();
    expectEqual(await store.remove(id(), A), false);
    expectEqual(await record(), before);
  },

  'what is not there is not removed': async ({ store, id, claim }) => {
    expectEqual(await store.remove(id(), A), false);
    await claim();
    expectEqual(await store.remove(id(), A), true);
    expectEqual(await store.remove(id(), A), false);
  },

  'other ids stay': async ({ store, id, claim, record }) => {
    for (const name of ['a', 'a/', 'a/1', '%', '_']) await claim({ id: id(name) });
    expectEqual(await store.remove(id('a'), A), true);
    expectEqual(await store.remove(id('%'), A), true);
    for (const name of ['a/', 'a/1', '_']) expectEqual((await record(id(name))).owner, A);
  },
};
