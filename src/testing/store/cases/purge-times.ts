import { B, type Bench, LONG, RESULT, SHORT } from '../bench.ts';
import { allNeed, type Cases, needs } from '../case.ts';
import { expectClaimed, expectEqual, expectFields } from '../expect.ts';

const EVER = Number.POSITIVE_INFINITY;

/** Long enough for a few calls of a slow server. */
const KEEP = 2000;

/** When it is time to drop something: counted from the end of the attempt that ended it. */
export const PURGE_TIMES: Cases = allNeed('purge', {
  'to the millisecond': needs('exactTime', async ({ claim, finish, advance, record, purge }) => {
    await claim({ keepMs: SHORT, rememberMs: SHORT });
    await finish();
    await advance(SHORT - 1);
    expectEqual((await purge()).trimmed, 0);
    await advance(1);
    expectEqual((await purge()).trimmed, 1);
    await advance(SHORT - 1);
    expectEqual((await purge()).removed, 0);
    expectFields(await record(), { state: 'done' });
    await advance(1);
    expectEqual((await purge()).removed, 1);
  }),

  'a result that is kept for ever is never dropped': async (bench) => {
    await bench.claim({ keepMs: EVER, rememberMs: 0 });
    await bench.finish();
    await bench.advance(4000);
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectFields(await bench.record(), { result: RESULT, keepUntil: EVER });
  },

  'a key that is remembered for ever is never forgotten': async (bench) => {
    await bench.claim({ keepMs: 0, rememberMs: EVER });
    await bench.finish();
    await bench.advance(4000);
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 1 });
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectFields(await bench.record(), { state: 'done', result: undefined });
  },

  'a result that is kept for as long as a number says is not dropped': async (bench) => {
    await bench.claim({ keepMs: Number.MAX_SAFE_INTEGER, rememberMs: Number.MAX_SAFE_INTEGER });
    await bench.finish();
    await bench.advance(4000);
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectFields(await bench.record(), { result: RESULT });
  },

  'what was finished long after its claim is kept from then on': async (bench) => {
    const { claim, advance, finish, record } = bench;
    await claim({ keepMs: KEEP, rememberMs: 0, leaseMs: LONG });
    await advance(2 * KEEP);
    await finish();
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectFields(await record(), { state: 'done', result: RESULT });
    await advance(KEEP);
    expectEqual(await purgeAll(bench), { removed: 1, trimmed: 0 });
  },

  'many that were finished late do not hide one that is due': async (bench) => {
    const { claim, advance, finish, id } = bench;
    const late = Array.from({ length: 7 }, (_, index) => id(`late-${index}`));
    for (const one of late) await claim({ id: one, keepMs: SHORT, rememberMs: LONG });
    await advance(SHORT);
    for (const one of late) await bench.update({ id: one, state: 'released' });
    await claim({ id: id('due'), keepMs: 0, rememberMs: 0 });
    await finish(id('due'));
    expectEqual(await purgeAll(bench, 2), { removed: 1, trimmed: 0 });
  },

  'many that are running do not hide one that is due': async (bench) => {
    const { claim, finish, advance, id } = bench;
    const times = { keepMs: 0, rememberMs: 0 };
    for (const name of ['1', '2', '3', '4', '5', 'due']) await claim({ id: id(name), ...times });
    await finish(id('due'));
    await advance(SHORT);
    expectEqual(await purgeAll(bench, 2), { removed: 1, trimmed: 0 });
  },

  'an attempt that was released is kept by what the next one asks: shorter': async (bench) => {
    await bench.claim({ keepMs: EVER, rememberMs: EVER });
    await bench.update({ state: 'released' });
    await bench.claim({ keepMs: SHORT, rememberMs: SHORT });
    await bench.finish();
    await bench.advance(2 * SHORT);
    expectEqual(await purgeAll(bench), { removed: 1, trimmed: 0 });
  },

  'an attempt that was released is kept by what the next one asks: longer': async (bench) => {
    await bench.claim({ keepMs: 0, rememberMs: 0 });
    await bench.update({ state: 'released' });
    await bench.claim({ keepMs: LONG, rememberMs: 0 });
    await bench.finish();
    await bench.advance(2 * SHORT);
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectFields(await bench.record(), { state: 'done', result: RESULT });
  },

  'an attempt that was taken over is kept by what the next one asks': async (bench) => {
    await bench.claim({ keepMs: EVER, rememberMs: EVER });
    await bench.takeOver({ evenIfLeased: true }, { keepMs: SHORT, rememberMs: SHORT });
    await bench.update({ owner: B, state: 'done', result: RESULT });
    await bench.advance(2 * SHORT);
    expectEqual(await purgeAll(bench), { removed: 1, trimmed: 0 });
  },

  'what was looked at, released and claimed again is kept from its new end': async (bench) => {
    const { claim, update, advance, finish, record } = bench;
    await claim({ keepMs: 0 });
    await update({ state: 'released' });
    await advance(SHORT);
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectClaimed(await claim({ keepMs: KEEP, rememberMs: 0 }), { attempt: 2 });
    await finish();
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectFields(await record(), { result: RESULT });
    await advance(KEEP);
    expectEqual(await purgeAll(bench), { removed: 1, trimmed: 0 });
  },

  'what is healed after a purge is kept from its end': async (bench) => {
    const { claim, update, advance, finish, record } = bench;
    await claim({ keepMs: KEEP, rememberMs: 0 });
    await update({ state: 'unknown' });
    await advance(2 * KEEP);
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    await finish();
    expectEqual(await purgeAll(bench), { removed: 0, trimmed: 0 });
    expectFields(await record(), { result: RESULT });
    await advance(KEEP);
    expectEqual(await purgeAll(bench), { removed: 1, trimmed: 0 });
  },
});

/** Purges until nothing is left to do, as a ledger does. */
async function purgeAll(
  { purge }: Bench,
  limit?: number,
): Promise<{ removed: number; trimmed: number }> {
  const total = { removed: 0, trimmed: 0 };
  for (let more = true, rounds = 0; more; rounds++) {
    expectEqual(rounds < 50, true, 'there is always more to purge');
    const reply = await purge(limit);
    total.removed += reply.removed;
    total.trimmed += reply.trimmed;
    more = reply.more;
  }
  return total;
}
