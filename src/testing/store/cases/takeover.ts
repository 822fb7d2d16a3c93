import { A, B, C, LONG, RESULT, SHORT } from '../bench.ts';
import { type Cases, needs } from '../case.ts';
import {
  expectClaimed,
  expectEqual,
  expectNotUpdated,
  expectRefused,
  expectUpdated,
  plainRecord,
} from '../expect.ts';

/** Who may take over an attempt that ended without saying how. */
export const TAKEOVER: Cases = {
  'an id whose lease is over is taken over': async ({ claim, advance, takeOver, time }) => {
    await claim({ leaseMs: SHORT });
    await advance(SHORT);
    const reply = await takeOver();
    expectClaimed(reply, { owner: B, attempt: 2 });
    time.expectAge(reply.now - reply.record.startedAt, 0);
    time.expectLeft(reply.record.leaseUntil - reply.now, LONG);
  },

  'it is over at its very end, and not before': needs('exactTime', async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(SHORT - 1);
    expectRefused(await bench.takeOver(), { owner: A });
    await bench.advance(1);
    expectClaimed(await bench.takeOver(), { owner: B });
  }),

  'a live lease is not taken over, and nothing changes': async ({ claim, takeOver, record }) => {
    const first = await claim();
    expectRefused(await takeOver(), { owner: A, attempt: 1 });
    expectEqual(await record(), plainRecord(first.record));
  },

  'a live lease is taken over where its owner is known to be gone': async (bench) => {
    await bench.claim();
    expectClaimed(await bench.takeOver({ evenIfLeased: true }), { owner: B, attempt: 2 });
  },

  'nothing is taken where the owner is another than was seen': async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(SHORT);
    expectRefused(await bench.takeOver({ owner: C }), { owner: A, attempt: 1 });
    expectRefused(await bench.takeOver({ owner: C, evenIfLeased: true }), { owner: A, attempt: 1 });
  },

  'an unknown id is not taken where the owner is another than was seen': async (bench) => {
    await bench.claim();
    await bench.update({ state: 'unknown' });
    expectRefused(await bench.takeOver({ owner: C }), { state: 'unknown', owner: A });
  },

  'an unknown id is taken over, though its lease lives': async ({ claim, update, takeOver }) => {
    await claim();
    await update({ state: 'unknown', progress: 'step one' });
    expectClaimed(await takeOver(), { owner: B, attempt: 2, progress: 'step one' });
  },

  'what is running is not taken over by another fingerprint': async (bench) => {
    await bench.claim({ fingerprint: 'one', leaseMs: SHORT });
    await bench.advance(SHORT);
    const refused = { fingerprint: 'one', owner: A };
    expectRefused(await bench.takeOver({}, { fingerprint: 'two' }), refused);
    const forced = await bench.takeOver({ evenIfLeased: true }, { fingerprint: 'two' });
    expectRefused(forced, refused);
  },

  'what is unknown is not taken over by another fingerprint': async (bench) => {
    await bench.claim({ fingerprint: 'one' });
    await bench.update({ state: 'unknown' });
    const reply = await bench.takeOver({}, { fingerprint: 'two' });
    expectRefused(reply, { state: 'unknown', fingerprint: 'one', owner: A });
  },

  'what is done is never taken over': async ({ claim, finish, takeOver }) => {
    await claim();
    await finish();
    const refused = { state: 'done', owner: A, attempt: 1, result: RESULT } as const;
    expectRefused(await takeOver({ evenIfLeased: true }), refused);
  },

  'what is failed is never taken over': async ({ claim, update, takeOver }) => {
    await claim();
    await update({ state: 'failed', result: RESULT });
    const refused = { state: 'failed', owner: A, attempt: 1, result: RESULT } as const;
    expectRefused(await takeOver({ evenIfLeased: true }), refused);
  },

  'what is released is not taken over by another fingerprint': async (bench) => {
    await bench.claim({ fingerprint: 'one' });
    await bench.update({ state: 'released', progress: 'step one' });
    const reply = await bench.takeOver({ evenIfLeased: true }, { fingerprint: 'two' });
    expectRefused(reply, { state: 'released', fingerprint: 'one', owner: A });
  },

  'an id that is new, or was forgotten meanwhile, is claimed': async ({ takeOver }) => {
    expectClaimed(await takeOver(), { owner: B, attempt: 1, progress: '' });
  },

  'the same takeover again, its reply being lost, is claimed still': async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(SHORT);
    const first = await bench.takeOver();
    const second = await bench.takeOver();
    expectClaimed(second, { owner: B, attempt: 2 });
    expectEqual(plainRecord(second.record), plainRecord(first.record));
  },

  'of two that saw the same owner, the second gets nothing': async ({ claim, takeOver }) => {
    await claim();
    expectClaimed(await takeOver({ evenIfLeased: true }), { owner: B });
    const late = await takeOver({ evenIfLeased: true }, { owner: C });
    expectRefused(late, { owner: B, attempt: 2 });
  },

  'the progress stays': async ({ claim, update, takeOver, record }) => {
    await claim();
    await update({ state: 'running', progress: 'step one' });
    expectClaimed(await takeOver({ evenIfLeased: true }), { progress: 'step one' });
    expectEqual((await record()).progress, 'step one');
  },

  'the time of the first claim stays': async ({ claim, advance, takeOver, time }) => {
    await claim({ leaseMs: SHORT });
    await advance(SHORT);
    await takeOver({}, { leaseMs: SHORT });
    await advance(SHORT);
    const { record, now } = await takeOver({ owner: B }, { owner: C });
    time.expectAge(now - record.firstAt, 2 * SHORT);
    time.expectAge(now - record.startedAt, 0);
  },

  'a lease that was renewed is not over': async ({ claim, advance, takeOver, store, id }) => {
    await claim({ leaseMs: SHORT });
    await store.renew([{ id: id(), owner: A, leaseMs: LONG }]);
    await advance(SHORT);
    expectRefused(await takeOver(), { owner: A, attempt: 1 });
  },

  'saving progress renews no lease': async ({ claim, advance, takeOver, update }) => {
    await claim({ leaseMs: SHORT });
    await advance(SHORT);
    await update({ state: 'running', progress: 'step one' });
    expectClaimed(await takeOver(), { owner: B, progress: 'step one' });
  },

  'the old owner can do nothing any more': async ({
    claim,
    takeOver,
    update,
    store,
    id,
    record,
  }) => {
    await claim();
    const { record: taken } = await takeOver({ evenIfLeased: true });
    expectNotUpdated(await update({ state: 'done', result: RESULT }));
    expectNotUpdated(await update({ state: 'running', progress: 'late' }));
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs: 2 * LONG }]), [false]);
    expectEqual(await store.remove(id(), A), false);
    expectEqual(await record(), plainRecord(taken));
  },

  'the new owner finishes': async ({ claim, takeOver, update, record }) => {
    await claim();
    await takeOver({ evenIfLeased: true });
    expectUpdated(await update({ owner: B, state: 'done', result: RESULT }));
    const { state, owner, result } = await record();
    expectEqual({ state, owner, result }, { state: 'done', owner: B, result: RESULT });
  },

  'what the new owner finishes is kept for as long as it asked': async (bench) => {
    await bench.claim({ keepMs: 1000 });
    await bench.takeOver({ evenIfLeased: true }, { keepMs: 5000 });
    await bench.update({ owner: B, state: 'done', result: RESULT });
    const { keepUntil, finishedAt } = await bench.record();
    expectEqual(keepUntil - finishedAt, 5000);
  },
};
