import { A, B, type Bench, LONG, RESULT, SHORT } from '../bench.ts';
import { allNeed, type Cases, needs } from '../case.ts';
import { expectClaimed, expectEqual, expectFields, expectRefused } from '../expect.ts';

const NOTHING = { removed: 0, trimmed: 0, more: false };

/** Results are dropped when they were kept long enough, keys when they were remembered long enough. */
export const PURGE: Cases = allNeed('purge', {
  'nothing, where there is nothing': async ({ purge }) => {
    expectEqual(await purge(), NOTHING);
  },

  'nothing is dropped before its time': async ({ claim, update, finish, purge, record }) => {
    await claim();
    await update({ state: 'running', progress: 'step one' });
    await finish();
    expectEqual(await purge(), NOTHING);
    expectFields(await record(), { state: 'done', result: RESULT, progress: 'step one' });
  },

  'a result is dropped after its time, and its key remembered': async (bench) => {
    await bench.claim({ keepMs: SHORT });
    await bench.update({ state: 'done', result: RESULT, progress: 'step one' });
    await bench.advance(SHORT);
    const before = await bench.record();
    expectEqual(await bench.purge(), { removed: 0, trimmed: 1, more: false });
    expectFields(await bench.record(), { ...before, result: undefined, progress: '' });
  },

  'a failure is dropped after its time, and its key remembered': async (bench) => {
    await bench.claim({ keepMs: SHORT });
    await bench.update({ state: 'failed', result: { codec: 'error', text: 'declined' } });
    await bench.advance(SHORT);
    expectEqual(await bench.purge(), { removed: 0, trimmed: 1, more: false });
    expectFields(await bench.record(), { state: 'failed', result: undefined });
  },

  'a result is dropped once': async (bench) => {
    await bench.claim({ keepMs: SHORT });
    await bench.finish();
    await bench.advance(SHORT);
    await bench.purge();
    expectEqual(await bench.purge(), NOTHING);
  },

  'a remembered key is never claimed again': async ({
    claim,
    finish,
    advance,
    purge,
    takeOver,
  }) => {
    await claim({ keepMs: SHORT });
    await finish();
    await advance(SHORT);
    await purge();
    const refused = { state: 'done', attempt: 1, result: undefined } as const;
    expectRefused(await claim({ owner: B }), refused);
    expectRefused(await claim({ owner: B, fingerprint: 'other' }), refused);
    expectRefused(await takeOver({ evenIfLeased: true }), refused);
  },

  'a key is forgotten after its time': async (bench) => {
    await bench.claim({ keepMs: SHORT, rememberMs: SHORT });
    await bench.finish();
    await bench.advance(2 * SHORT);
    expectEqual(await bench.purge(), { removed: 1, trimmed: 0, more: false });
    expectEqual(await bench.store.read(bench.id()), undefined);
    expectClaimed(await bench.claim({ owner: B, fingerprint: 'other' }), { attempt: 1 });
  },

  'first the result, then the key': async ({ claim, finish, advance, purge, record }) => {
    await claim({ keepMs: SHORT, rememberMs: 2000 });
    await finish();
    await advance(SHORT);
    expectEqual(await purge(), { removed: 0, trimmed: 1, more: false });
    expectFields(await record(), { state: 'done', result: undefined });
    await advance(2000);
    expectEqual(await purge(), { removed: 1, trimmed: 0, more: false });
  },

  'what is running is never touched, however old': async (bench) => {
    await bench.claim({ keepMs: 0, rememberMs: 0, leaseMs: SHORT });
    await bench.update({ state: 'running', progress: 'step one' });
    await bench.advance(4000);
    expectEqual(await bench.purge(), NOTHING);
    expectFields(await bench.record(), { state: 'running', progress: 'step one', attempt: 1 });
  },

  'what is unknown is never touched, however old': async (bench) => {
    await bench.claim({ keepMs: 0, rememberMs: 0 });
    await bench.update({ state: 'unknown', progress: 'step one' });
    await bench.advance(4000);
    expectEqual(await bench.purge(), NOTHING);
    expectFields(await bench.record(), { state: 'unknown', progress: 'step one', attempt: 1 });
  },

  'a released key keeps its progress while it is remembered': async (bench) => {
    await bench.claim({ keepMs: SHORT });
    await bench.update({ state: 'released', progress: 'step one' });
    await bench.advance(2 * SHORT);
    expectEqual(await bench.purge(), NOTHING);
    expectRefused(await bench.claim({ owner: B, fingerprint: 'other' }), { state: 'released' });
    expectClaimed(await bench.claim({ owner: B }), { progress: 'step one', attempt: 2 });
  },

  'a released key is forgotten after its time': async (bench) => {
    await bench.claim({ keepMs: SHORT, rememberMs: SHORT });
    await bench.update({ state: 'released', progress: 'step one' });
    await bench.advance(2 * SHORT);
    expectEqual(await bench.purge(), { removed: 1, trimmed: 0, more: false });
    expectEqual(await bench.store.read(bench.id()), undefined);
  },

  'only below the prefix': async (bench) => {
    const names = ['a/1', 'a/2', 'a0', 'A/1', 'b/1'];
    await finishAll(bench, names);
    const { store, id } = bench;
    const reply = await store.purge({ prefix: id('a/'), limit: 100 });
    expectEqual({ ...reply }, { removed: 2, trimmed: 0, more: false });
    const left = await Promise.all(names.map((name) => store.read(id(name))));
    expectEqual(
      left.map((one) => one !== undefined),
      [false, false, true, true, true],
    );
  },

  'no more than the limit, and whether there is more': async (bench) => {
    await finishAll(bench, ['1', '2', '3', '4', '5']);
    const replies = [await bench.purge(2), await bench.purge(2), await bench.purge(2)];
    expectEqual(replies, [
      { removed: 2, trimmed: 0, more: true },
      { removed: 2, trimmed: 0, more: true },
      { removed: 1, trimmed: 0, more: false },
    ]);
  },

  'there is no more where the limit is just reached': async (bench) => {
    await finishAll(bench, ['1', '2', '3']);
    expectEqual(await bench.purge(3), { removed: 3, trimmed: 0, more: false });
  },

  'only the id that is due, and not what it begins with before U+0000': needs(
    'nul',
    async (bench) => {
      const { claim, finish, advance, purge, record, store, id } = bench;
      const due = { keepMs: SHORT, owner: A };
      await claim({ id: id('key') });
      await claim({ id: id('key\0trimmed'), ...due });
      await claim({ id: id('key\0gone'), ...due, rememberMs: 0 });
      for (const name of ['key', 'key\0trimmed', 'key\0gone']) await finish(id(name));
      await advance(SHORT);
      const before = await record(id('key'));
      expectEqual(await purge(), { removed: 1, trimmed: 1, more: false });
      expectEqual(await record(id('key')), before);
      expectFields(await record(id('key\0trimmed')), { state: 'done', result: undefined });
      expectEqual(await store.read(id('key\0gone')), undefined);
    },
  ),

  'what is dropped and what is forgotten, at once': async (bench) => {
    const { claim, finish, advance, purge, id } = bench;
    for (const [name, rememberMs] of [
      ['kept', LONG],
      ['gone', 0],
    ] as const) {
      await claim({ id: id(name), keepMs: SHORT, rememberMs });
      await finish(id(name));
    }
    await advance(SHORT);
    expectEqual(await purge(), { removed: 1, trimmed: 1, more: false });
  },
});

/** Finishes them so that they are to be forgotten at once. */
async function finishAll(bench: Bench, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await bench.claim({ id: bench.id(name), keepMs: SHORT, rememberMs: 0 });
    await bench.finish(bench.id(name));
  }
  await bench.advance(SHORT);
}
