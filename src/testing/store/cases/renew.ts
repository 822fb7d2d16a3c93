import { A, B, LONG, RESULT, SHORT } from '../bench.ts';
import type { Cases } from '../case.ts';
import {
  expectClaimed,
  expectEqual,
  expectFields,
  expectRefused,
  expectUpdated,
} from '../expect.ts';

/** How an owner says that it lives. */
export const RENEW: Cases = {
  "the new end counts from the store's time": async ({ claim, advance, store, id, time }) => {
    await claim({ leaseMs: SHORT });
    await advance(SHORT);
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: 30_000 }]), [true]);
    const reply = await store.read(id());
    time.expectLeft((reply?.record.leaseUntil ?? 0) - (reply?.now ?? 0), 30_000);
  },

  'the new end may be before the old one': async ({ claim, advance, store, id, takeOver }) => {
    await claim({ leaseMs: LONG });
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: SHORT }]), [true]);
    await advance(SHORT);
    expectClaimed(await takeOver(), { owner: B });
  },

  'nothing else changes': async ({ claim, update, store, id, record }) => {
    await claim();
    await update({ state: 'running', progress: 'step one' });
    const { leaseUntil: _, ...before } = await record();
    await store.renew([{ id: id(), owner: A, leaseMs: 2 * LONG }]);
    expectFields(await record(), before);
  },

  'a lease that is over is renewed, while nobody took it': async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(2 * SHORT);
    const { store, id, takeOver } = bench;
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: LONG }]), [true]);
    expectRefused(await takeOver(), { owner: A, attempt: 1 });
  },

  'a lease of another owner is not renewed, and nothing changes': async (bench) => {
    const { claim, store, id, record } = bench;
    const { record: first } = await claim();
    expectEqual(await store.renew([{ id: id(), owner: B, leaseMs: 2 * LONG }]), [false]);
    expectFields(first, await record());
  },

  'an id that is not there is not renewed, and none is made': async ({ store, id }) => {
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: LONG }]), [false]);
    expectEqual(await store.read(id()), undefined);
  },

  'nobody has a lease of what is released': async ({ claim, update, store, id }) => {
    await claim();
    await update({ state: 'released' });
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: LONG }]), [false]);
  },

  'the owner of an unknown attempt still has its lease': async ({ claim, update, store, id }) => {
    await claim();
    await update({ state: 'unknown' });
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: LONG }]), [true]);
    expectUpdated(await update({ state: 'done', result: RESULT }));
  },

  'none at all is none at all': async ({ store }) => {
    expectEqual(await store.renew([]), []);
  },

  'of many, each gets its own answer, in their order': async ({ claim, update, store, id }) => {
    const states = ['done', 'running', 'failed', 'unknown', 'released'] as const;
    for (const state of states) {
      await claim({ id: id(state) });
      await update({ id: id(state), state });
    }
    await claim({ id: id('theirs'), owner: B });
    const names = ['absent', 'running', 'done', 'theirs', 'unknown', 'released', 'failed'];
    const requests = names.map((name) => ({ id: id(name), owner: A, leaseMs: LONG }));
    const answers = await store.renew(requests);
    expectEqual([...answers], [false, true, false, false, true, false, false]);
  },

  'of many, each gets its own lease': async ({ claim, store, id, record, time }) => {
    await claim({ id: id('one') });
    await claim({ id: id('two') });
    await store.renew([
      { id: id('two'), owner: A, leaseMs: 50_000 },
      { id: id('one'), owner: A, leaseMs: 20_000 },
    ]);
    const [one, two] = [await record(id('one')), await record(id('two'))];
    time.expectAge(two.leaseUntil - one.leaseUntil, 30_000);
  },

  'five hundred at once': async ({ claim, store, id, advance, takeOver }) => {
    const ids = Array.from({ length: 500 }, (_, index) => id(`key-${index}`));
    await Promise.all(ids.map((one) => claim({ id: one, leaseMs: SHORT })));
    const answers = await store.renew(ids.map((one) => ({ id: one, owner: A, leaseMs: LONG })));
    expectEqual([...new Set(answers)], [true]);
    expectEqual(answers.length, 500);
    await advance(SHORT);
    for (const one of [ids[0], ids[250], ids[499]]) {
      expectRefused(await takeOver({}, { id: one ?? '' }), { owner: A });
    }
  },
};
