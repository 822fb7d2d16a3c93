import type { ClaimReply, Store } from '../../../once/store/types.ts';
import { A, B, type Bench, LONG, RESULT, SHORT } from '../bench.ts';
import { type Cases, needs } from '../case.ts';
import { expectClaimed, expectEqual, expectFields } from '../expect.ts';

const MANY = Array.from({ length: 50 }, (_, index) => index);

/** What is asked for at the same time is done one after the other. */
export const RACES: Cases = {
  'fifty claims of one id: one holds': async ({ claim, record }) => {
    const replies = await Promise.all(MANY.map((n) => claim({ owner: `owner-${n}` })));
    const winner = expectOne(replies);
    expectFields(await record(), { owner: winner.record.owner, attempt: 1 });
    for (const reply of replies) expectFields(reply.record, { owner: winner.record.owner });
  },

  'fifty claims of fifty ids: all hold': async ({ claim, id, record }) => {
    const ids = MANY.map((n) => id(`key-${n}`));
    const replies = await Promise.all(ids.map((one, n) => claim({ id: one, owner: `owner-${n}` })));
    for (const [n, reply] of replies.entries()) expectClaimed(reply, { owner: `owner-${n}` });
    for (const [n, one] of ids.entries()) expectEqual((await record(one)).owner, `owner-${n}`);
  },

  'fifty times the same claim: it holds, and is the first attempt': async ({ claim, record }) => {
    const replies = await Promise.all(MANY.map(() => claim()));
    for (const reply of replies) expectClaimed(reply, { owner: A, attempt: 1 });
    expectFields(await record(), { owner: A, attempt: 1 });
  },

  'fifty claims of a released id: one holds': async ({ claim, update, record }) => {
    await claim();
    await update({ state: 'released' });
    const winner = expectOne(await Promise.all(MANY.map((n) => claim({ owner: `owner-${n}` }))));
    expectFields(await record(), { owner: winner.record.owner, attempt: 2 });
  },

  'fifty takeovers of one attempt: one holds': async ({ claim, advance, takeOver, record }) => {
    await claim({ leaseMs: SHORT });
    await advance(SHORT);
    const replies = await Promise.all(MANY.map((n) => takeOver({}, { owner: `owner-${n}` })));
    const winner = expectOne(replies);
    expectFields(await record(), { owner: winner.record.owner, attempt: 2 });
  },

  'fifty ends of one attempt: one is recorded': async ({ claim, update, record }) => {
    await claim();
    const texts = MANY.map((n) => `${n}`);
    const ends = await Promise.all(
      texts.map((text) => update({ state: 'done', result: { codec: 'json', text } })),
    );
    const made = texts.filter((_, index) => ends[index] !== undefined);
    expectEqual(made.length, 1);
    expectEqual((await record()).result?.text, made[0]);
  },

  'an end and a takeover: one of them holds': (bench) =>
    expectEitherOr(bench, async (id) => {
      const [at, reply] = await eitherOrder(
        id,
        () => bench.finish(id),
        () => bench.takeOver({}, { id }),
      );
      expectEqual(reply.claimed, at === undefined);
      expectFields(
        await bench.record(id),
        reply.claimed ? { state: 'running', owner: B } : { state: 'done', owner: A },
      );
    }),

  'a renewal and a takeover: one of them holds': (bench) =>
    expectEitherOr(bench, async (id) => {
      const [[isRenewed], reply] = await eitherOrder(
        id,
        () => bench.store.renew([{ id, owner: A, leaseMs: LONG }]),
        () => bench.takeOver({}, { id }),
      );
      expectEqual(reply.claimed, !isRenewed);
      expectEqual((await bench.record(id)).owner, isRenewed ? A : B);
    }),

  'a removal and a takeover: one of them holds': (bench) =>
    expectEitherOr(bench, async (id) => {
      const [isRemoved, reply] = await eitherOrder(
        id,
        () => bench.store.remove(id, A),
        () => bench.takeOver({}, { id }),
      );
      // What was removed first is claimed as new.
      expectClaimed(reply, { owner: B, attempt: isRemoved ? 1 : 2 });
    }),

  'a takeover and progress: no progress of the old owner gets into the new attempt': (bench) =>
    expectEitherOr(bench, async (id) => {
      const [at, reply] = await eitherOrder(
        id,
        () => bench.update({ id, state: 'running', progress: 'step one' }),
        () => bench.takeOver({}, { id }),
      );
      const progress = at === undefined ? '' : 'step one';
      expectClaimed(reply, { owner: B, progress });
      expectEqual((await bench.record(id)).progress, progress);
    }),

  'fifty claims through two stores: one holds': needs('shared', async (bench) => {
    const stores = [bench.store, await bench.another()];
    const { record: claimed } = await bench.claim({ id: bench.id('other') });
    const { fingerprint } = claimed;
    const request = { id: bench.id(), fingerprint, leaseMs: LONG, keepMs: LONG, rememberMs: LONG };
    const winner = expectOne(
      await Promise.all(
        MANY.map((n) => pick(stores, n).claim({ ...request, owner: `owner-${n}` })),
      ),
    );
    for (const store of stores) {
      expectEqual((await store.read(bench.id()))?.record.owner, winner.record.owner);
    }
  }),

  'an end through one store and takeovers through another: one holds': needs('shared', (bench) =>
    expectEitherOr(bench, async (id) => {
      const other = await bench.another();
      const { fingerprint } = await bench.record(id);
      const times = { leaseMs: LONG, keepMs: LONG, rememberMs: LONG };
      const takeover = { owner: A, evenIfLeased: false };
      const [at, reply] = await eitherOrder(
        id,
        () => bench.finish(id),
        () => other.claim({ id, fingerprint, owner: B, ...times, takeover }),
      );
      expectEqual(reply.claimed, at === undefined);
      expectFields(
        await bench.record(id),
        reply.claimed ? { state: 'running', result: undefined } : { state: 'done', result: RESULT },
      );
    }),
  ),
};

/** The only claim of these that holds. */
function expectOne(replies: readonly ClaimReply[]): ClaimReply {
  const [winner, ...more] = replies.filter(({ claimed }) => claimed);
  expectEqual(more.length, 0, `${more.length + 1} claims hold`);
  if (winner === undefined) throw new Error('no claim holds');
  return winner;
}

/** Ten ids whose leases are over, all at once. */
async function expectEitherOr(bench: Bench, race: (id: string) => Promise<void>): Promise<void> {
  const ids = MANY.slice(0, 10).map((n) => bench.id(`key-${n}`));
  for (const id of ids) await bench.claim({ id, leaseMs: SHORT });
  await bench.advance(SHORT);
  await Promise.all(ids.map(race));
}

/** Both at once; which one is asked for first depends on the id. */
async function eitherOrder<One, Two>(
  id: string,
  one: () => Promise<One>,
  two: () => Promise<Two>,
): Promise<[One, Two]> {
  if (Number(id.at(-1)) % 2 === 0) return Promise.all([one(), two()]);
  const [second, first] = await Promise.all([two(), one()]);
  return [first, second];
}

function pick(stores: readonly Store[], index: number): Store {
  const store = stores[index % stores.length];
  if (store === undefined) throw new Error('no store');
  return store;
}
