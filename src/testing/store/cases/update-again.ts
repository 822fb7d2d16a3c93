import type { RecordState, StoredRecord, UpdateRequest } from '../../../once/store/types.ts';
import { A, B, type Bench, LONG, RESULT, SHORT } from '../bench.ts';
import type { Cases } from '../case.ts';
import { expectEqual, expectNotUpdated, expectUpdated } from '../expect.ts';

/** What an owner may still say of what is done, failed or released: only the same again. */
export const UPDATE_AGAIN: Cases = {
  'done again, the reply being lost, gives the earlier time': (bench) =>
    expectEarlierTime(bench, { state: 'done', result: RESULT }),

  'failed again, the reply being lost, gives the earlier time': (bench) =>
    expectEarlierTime(bench, { state: 'failed', result: { codec: 'error', text: 'declined' } }),

  'released again, the reply being lost, gives the earlier time': (bench) =>
    expectEarlierTime(bench, { state: 'released' }),

  'progress again is saved again': async ({ claim, update, record }) => {
    await claim();
    expectUpdated(await update({ state: 'running', progress: 'step one' }));
    expectUpdated(await update({ state: 'running', progress: 'step one' }));
    expectEqual((await record()).progress, 'step one');
  },

  'unknown again is unknown': async ({ claim, update, record }) => {
    await claim();
    expectUpdated(await update({ state: 'unknown' }));
    expectUpdated(await update({ state: 'unknown' }));
    expectEqual((await record()).state, 'unknown');
  },

  'done with another text is refused, and the first result stays': (bench) =>
    expectUnchanged(bench, 'done', { state: 'done', result: { ...RESULT, text: '{}' } }),

  'done with another codec is refused, and the first result stays': (bench) =>
    expectUnchanged(bench, 'done', { state: 'done', result: { ...RESULT, codec: 'rich' } }),

  'done without the result is refused, and the result stays': (bench) =>
    expectUnchanged(bench, 'done', { state: 'done' }),

  'what is done is not failed any more': (bench) =>
    expectUnchanged(bench, 'done', { state: 'failed', result: RESULT }),

  'what is done is not released any more': (bench) =>
    expectUnchanged(bench, 'done', { state: 'released' }),

  'what is done is not unknown any more': (bench) =>
    expectUnchanged(bench, 'done', { state: 'unknown' }),

  'what is done is not running any more': (bench) =>
    expectUnchanged(bench, 'done', { state: 'running', progress: 'late' }),

  'what is failed is not done any more': (bench) =>
    expectUnchanged(bench, 'failed', { state: 'done', result: RESULT }),

  'what is released is not done any more': (bench) =>
    expectUnchanged(bench, 'released', { state: 'done', result: RESULT }),

  'what is released is not running any more': (bench) =>
    expectUnchanged(bench, 'released', { state: 'running', progress: 'late' }),

  'what is done is not done again by another owner': (bench) =>
    expectUnchanged(bench, 'done', { owner: B, state: 'done', result: RESULT }),

  'what is done has no lease to renew': async ({ claim, finish, store, id, record }) => {
    await claim();
    await finish();
    const before = await record();
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: 2 * LONG }]), [false]);
    expectEqual(await record(), before);
  },
};

async function expectEarlierTime(bench: Bench, request: Partial<UpdateRequest>): Promise<void> {
  const { claim, update, advance, record, store, id, time } = bench;
  await claim();
  expectUpdated(await update(request));
  await advance(SHORT);
  const before = await record();
  const at = expectUpdated(await update(request));
  const now = (await store.read(id()))?.now ?? 0;
  time.expectAge(now - at, SHORT);
  expectEqual(await record(), before);
  if (request.state !== 'released') expectEqual(at, before.finishedAt);
}

async function expectUnchanged(
  bench: Bench,
  state: RecordState,
  request: Partial<UpdateRequest>,
): Promise<void> {
  const { claim, update, record } = bench;
  await claim();
  const result = state === 'released' ? undefined : RESULT;
  expectUpdated(await update({ state, result }));
  const before: StoredRecord = await record();
  expectNotUpdated(await update(request));
  expectEqual(await record(), before);
}
