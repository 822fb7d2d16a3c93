import { A, B, C, LONG, RESULT, SHORT } from '../bench.ts';
import type { Cases } from '../case.ts';
import {
  expectClaimed,
  expectEqual,
  expectRefused,
  expectUpdated,
  plainRecord,
} from '../expect.ts';

/** Who may claim what, without a takeover. */
export const CLAIM: Cases = {
  'a new id is claimed, as the first attempt and with nothing in it': async ({ claim }) => {
    expectClaimed(await claim({ fingerprint: 'print' }), {
      fingerprint: 'print',
      attempt: 1,
      owner: A,
      progress: '',
      result: undefined,
      finishedAt: 0,
      keepUntil: 0,
    });
  },

  'a claim says when it was, and until when it is good': async ({ claim, time }) => {
    const { record, now } = await claim({ leaseMs: 30_000 });
    time.expectAge(now - record.firstAt, 0);
    time.expectAge(now - record.startedAt, 0);
    time.expectLeft(record.leaseUntil - now, 30_000);
  },

  'a lease may be as long as a number says': async ({ claim, store, id, record }) => {
    const [leaseMs, least] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER / 2];
    expectClaimed(await claim({ leaseMs }), { owner: A });
    expectEqual((await record()).leaseUntil > least, true);
    expectEqual(await store.renew([{ id: id(), owner: A, leaseMs }]), [true]);
    expectEqual((await record()).leaseUntil > least, true);
  },

  'what was claimed is what is read': async ({ claim, record, store, id, time }) => {
    const claimed = await claim();
    expectEqual(await record(), plainRecord(claimed.record));
    const reply = await store.read(id());
    time.expectAge((reply?.now ?? 0) - claimed.now, 0);
  },

  'an id that was never claimed has no record': async ({ store, id }) => {
    expectEqual(await store.read(id()), undefined);
  },

  'another id is claimed by itself': async ({ claim, record, id }) => {
    await claim({ id: id('one') });
    expectClaimed(await claim({ id: id('two'), owner: B }), { owner: B, attempt: 1 });
    expectEqual((await record(id('one'))).owner, A);
  },

  'a running id is refused, and nothing of it changes': async ({ claim, record }) => {
    const { record: first } = await claim();
    expectRefused(await claim({ owner: B, leaseMs: 2 * LONG }), { owner: A, attempt: 1 });
    expectEqual(await record(), plainRecord(first));
  },

  'a running id is refused to another fingerprint': async ({ claim }) => {
    await claim({ fingerprint: 'one' });
    expectRefused(await claim({ owner: B, fingerprint: 'two' }), { fingerprint: 'one', owner: A });
  },

  'an id whose lease is over is refused to whoever does not take it over': async (bench) => {
    await bench.claim({ leaseMs: SHORT });
    await bench.advance(SHORT);
    expectRefused(await bench.claim({ owner: B }), { state: 'running', owner: A, attempt: 1 });
  },

  'a done id is refused, with its result': async ({ claim, finish }) => {
    await claim();
    await finish();
    expectRefused(await claim({ owner: B }), { state: 'done', owner: A, result: RESULT });
  },

  'a failed id is refused, with its error': async ({ claim, update }) => {
    await claim();
    const result = { codec: 'error', text: 'card declined' };
    await update({ state: 'failed', result });
    expectRefused(await claim({ owner: B }), { state: 'failed', owner: A, result });
  },

  'an unknown id is refused': async ({ claim, update }) => {
    await claim();
    await update({ state: 'unknown' });
    expectRefused(await claim({ owner: B }), { state: 'unknown', owner: A, attempt: 1 });
  },

  'a done id is refused to another fingerprint': async ({ claim, finish }) => {
    await claim({ fingerprint: 'one' });
    await finish();
    const refused = { state: 'done', fingerprint: 'one', result: RESULT } as const;
    expectRefused(await claim({ owner: B, fingerprint: 'two' }), refused);
  },

  'a released id is claimed, as the next attempt': async ({ claim, update, advance, time }) => {
    await claim();
    await update({ state: 'released' });
    await advance(SHORT);
    const { record, ...reply } = await claim({ owner: B });
    expectClaimed({ record, ...reply }, { owner: B, attempt: 2, finishedAt: 0, keepUntil: 0 });
    time.expectAge(reply.now - record.firstAt, SHORT);
    time.expectAge(reply.now - record.startedAt, 0);
    time.expectLeft(record.leaseUntil - reply.now, LONG);
  },

  'a released id keeps its progress for the next attempt': async ({ claim, update }) => {
    await claim();
    await update({ state: 'released', progress: 'step one' });
    expectClaimed(await claim({ owner: B }), { owner: B, progress: 'step one', attempt: 2 });
  },

  'a released id without progress is claimed for another fingerprint': async (bench) => {
    const { claim, update } = bench;
    await claim({ fingerprint: 'one' });
    await update({ state: 'released' });
    const reply = await claim({ owner: B, fingerprint: 'two' });
    expectClaimed(reply, { fingerprint: 'two', attempt: 2 });
  },

  'a released id with progress is refused to another fingerprint': async ({ claim, update }) => {
    await claim({ fingerprint: 'one' });
    await update({ state: 'released', progress: 'step one' });
    const reply = await claim({ owner: B, fingerprint: 'two' });
    expectRefused(reply, { state: 'released', fingerprint: 'one', owner: A });
  },

  'the same claim again, its reply being lost, is claimed still': async ({ claim }) => {
    const first = await claim();
    const second = await claim();
    expectClaimed(second, { owner: A, attempt: 1 });
    expectEqual(plainRecord(second.record), plainRecord(first.record));
  },

  'the same claim again is claimed still where the lease is over': async ({ claim, advance }) => {
    await claim({ leaseMs: SHORT });
    await advance(SHORT);
    expectClaimed(await claim({ leaseMs: SHORT }), { owner: A, attempt: 1 });
  },

  'the same claim again keeps what was saved meanwhile': async ({ claim, update }) => {
    await claim();
    await update({ state: 'running', progress: 'step one' });
    expectClaimed(await claim(), { owner: A, attempt: 1, progress: 'step one' });
  },

  'the same claim again, after it was finished, is refused': async ({ claim, finish }) => {
    await claim();
    await finish();
    expectRefused(await claim(), { state: 'done', owner: A, attempt: 1, result: RESULT });
  },

  'the same claim again, after another attempt took over, is refused': async (bench) => {
    await bench.claim();
    await bench.takeOver({ evenIfLeased: true });
    expectRefused(await bench.claim(), { owner: B, attempt: 2 });
  },

  'the attempt only grows': async ({ claim, takeOver, update }) => {
    await claim();
    await update({ state: 'released' });
    expectClaimed(await claim({ owner: B }), { attempt: 2 });
    expectClaimed(await takeOver({ owner: B, evenIfLeased: true }, { owner: C }), { attempt: 3 });
    expectUpdated(await update({ owner: C, state: 'unknown' }));
    expectClaimed(await takeOver({ owner: C }, { owner: A }), { attempt: 4 });
    await update({ state: 'released' });
    expectClaimed(await claim({ owner: B, fingerprint: 'other' }), { attempt: 5 });
  },

  'an owner is told from another by all of 128 characters': async ({ claim, update }) => {
    const [owner, other] = [`${'o'.repeat(127)}1`, `${'o'.repeat(127)}2`];
    expectClaimed(await claim({ owner }), { owner });
    expectRefused(await claim({ owner: other }), { owner });
    expectEqual(await update({ owner: other, state: 'done' }), undefined);
    expectUpdated(await update({ owner, state: 'done' }));
  },
};
