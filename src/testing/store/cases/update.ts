import { A, B, LONG, RESULT, SHORT } from '../bench.ts';
import type { Cases } from '../case.ts';
import {
  expectEqual,
  expectFields,
  expectNotUpdated,
  expectRefused,
  expectUpdated,
} from '../expect.ts';

/** How an owner says how far it is, and how it ended. */
export const UPDATE: Cases = {
  'done: the result is there, and when it was finished': async (bench) => {
    await bench.claim();
    await bench.advance(SHORT);
    const at = expectUpdated(await bench.finish());
    expectFields(await bench.record(), {
      state: 'done',
      owner: A,
      attempt: 1,
      fingerprint: 'f',
      result: RESULT,
      finishedAt: at,
      keepUntil: at + LONG,
    });
    const reply = await bench.claim({ owner: B });
    bench.time.expectAge(reply.now - reply.record.startedAt, SHORT);
    bench.time.expectAge(reply.now - at, 0);
  },

  'failed: the error is there, and when it was finished': async ({ claim, update, record }) => {
    await claim();
    const result = { codec: 'error', text: 'card declined' };
    const finishedAt = expectUpdated(await update({ state: 'failed', result }));
    const keepUntil = finishedAt + LONG;
    expectFields(await record(), { state: 'failed', result, finishedAt, keepUntil });
  },

  'done without a result that could be kept': async ({ claim, update, record }) => {
    await claim();
    const result = { codec: 'none', text: '' };
    expectUpdated(await update({ state: 'done', result }));
    expectFields(await record(), { state: 'done', result });
  },

  'released: there is no result, and nothing to be kept': async ({ claim, update, record }) => {
    await claim();
    expectUpdated(await update({ state: 'released' }));
    expectFields(await record(), {
      state: 'released',
      result: undefined,
      keepUntil: 0,
      attempt: 1,
    });
  },

  'unknown: it is not finished': async ({ claim, update, record }) => {
    await claim();
    expectUpdated(await update({ state: 'unknown' }));
    expectFields(await record(), { state: 'unknown', owner: A, finishedAt: 0, keepUntil: 0 });
  },

  'running: saves the progress and changes nothing else': async ({ claim, update, record }) => {
    const { record: first } = await claim();
    expectUpdated(await update({ state: 'running', progress: 'step one' }));
    const { progress, ...rest } = await record();
    expectEqual(progress, 'step one');
    expectFields(first, rest);
  },

  'progress that is not given is left as it is': async ({ claim, update, record, finish }) => {
    await claim();
    await update({ state: 'running', progress: 'step one' });
    await update({ state: 'running', progress: undefined });
    expectEqual((await record()).progress, 'step one');
    await update({ state: 'unknown' });
    expectEqual((await record()).progress, 'step one');
    await finish();
    expectEqual((await record()).progress, 'step one');
  },

  'progress that is empty replaces what was there': async ({ claim, update, record }) => {
    await claim();
    await update({ state: 'running', progress: 'step one' });
    await update({ state: 'done', progress: '', result: RESULT });
    expectEqual((await record()).progress, '');
  },

  'an update of another owner is refused, and nothing changes': async (bench) => {
    const { claim, update, record } = bench;
    const { record: first } = await claim();
    for (const state of ['running', 'done', 'failed', 'released', 'unknown'] as const) {
      expectNotUpdated(await update({ owner: B, state, progress: 'theirs', result: RESULT }));
    }
    expectFields(first, await record());
  },

  'an update of an id that is not there is refused, and makes none': async (bench) => {
    expectNotUpdated(await bench.finish());
    expectEqual(await bench.store.read(bench.id()), undefined);
  },

  'an update leaves other ids alone': async ({ claim, finish, record, id }) => {
    await claim({ id: id('one') });
    await claim({ id: id('two') });
    await finish(id('one'));
    expectFields(await record(id('two')), { state: 'running', result: undefined });
  },

  'unknown is healed by its owner: done': async ({ claim, update, finish, record }) => {
    await claim();
    await update({ state: 'unknown' });
    const finishedAt = expectUpdated(await finish());
    expectFields(await record(), { state: 'done', result: RESULT, finishedAt, attempt: 1 });
  },

  'unknown is healed by its owner: released, and claimed anew': async ({ claim, update }) => {
    await claim();
    await update({ state: 'unknown' });
    expectUpdated(await update({ state: 'released' }));
    const { claimed, record } = await claim({ owner: B });
    expectEqual([claimed, record.attempt], [true, 2]);
  },

  'unknown is healed by its owner: running': async ({ claim, update, record }) => {
    await claim();
    await update({ state: 'unknown' });
    expectUpdated(await update({ state: 'running', progress: 'step two' }));
    expectFields(await record(), { state: 'running', owner: A, progress: 'step two', attempt: 1 });
  },

  'an owner whose lease is over finishes, while nobody took over': async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(SHORT * 2);
    expectUpdated(await bench.finish());
    const refused = { state: 'done', owner: A, result: RESULT } as const;
    expectRefused(await bench.takeOver({ evenIfLeased: true }), refused);
  },

  'a result is kept from its end, not from its claim': async (bench) => {
    const { claim, advance, finish, record, time } = bench;
    await claim({ keepMs: 5000 });
    await advance(SHORT);
    await finish();
    const { keepUntil, finishedAt, startedAt } = await record();
    expectEqual(keepUntil - finishedAt, 5000);
    time.expectAge(finishedAt - startedAt, SHORT);
  },

  'a result may be kept for ever': async ({ claim, finish, record }) => {
    await claim({ keepMs: Number.POSITIVE_INFINITY });
    await finish();
    expectFields(await record(), { keepUntil: Number.POSITIVE_INFINITY, result: RESULT });
  },

  'a result may be kept for as long as a number says': async ({ claim, finish, record }) => {
    await claim({ keepMs: Number.MAX_SAFE_INTEGER, rememberMs: Number.MAX_SAFE_INTEGER });
    await finish();
    const { keepUntil, finishedAt, result } = await record();
    expectEqual(keepUntil - finishedAt > Number.MAX_SAFE_INTEGER / 2, true);
    expectEqual(result, RESULT);
  },

  'a result may be kept for no time at all': async ({ claim, finish, record }) => {
    await claim({ keepMs: 0 });
    const finishedAt = expectUpdated(await finish());
    expectFields(await record(), { state: 'done', finishedAt, keepUntil: finishedAt });
  },
};
