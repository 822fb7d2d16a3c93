// A process of its own that uses a store in a SQLite file. It says `ready` when it is loaded, begins
// when it is told to, and says at its end what came of it: a line of JSON.

import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Store } from '../../src/once/store/types.ts';
import { sqliteStore } from '../../src/stores/sqlite/index.ts';
import { Random } from '../simulator/random.ts';

const [work = '', path = '', seed = '', count = ''] = process.argv.slice(2);
const random = new Random(Number(seed));
const own = `process-${process.pid}`;
const ids = Array.from({ length: Number(count) }, (_, index) => `key-${index}`);
const TIMES = { leaseMs: 60_000, keepMs: Number.POSITIVE_INFINITY, rememberMs: 0 };
const AT_ONCE = 8;

/** The ids that this process won, and whatever it was told instead of an answer. */
const won: string[] = [];
const errors: string[] = [];

const WORKS: Readonly<Record<string, () => Promise<void>>> = {
  /** Claims every id in an order of its own, and finishes what it won. */
  claim: () => withStore((store) => eachAtOnce(shuffled(ids), (id) => claimOne(store, id))),

  /** Takes every id over from the owner `dead`. */
  takeOver: () => withStore((store) => eachAtOnce(shuffled(ids), (id) => takeOverOne(store, id))),

  /** The same as `claim`, but opens and closes the file for each id, as a command does. */
  command: async () => {
    for (const id of shuffled(ids)) await withStore((store) => claimOne(store, id));
  },

  /** Claims every id, one after the other. */
  sequence: () =>
    withStore(async (store) => {
      for (const id of ids) await store.claim({ id, owner: own, fingerprint: 'f', ...TIMES });
    }),

  /** Says each record as soon as it is acknowledged, until it is killed. */
  flood: () =>
    withStore((store) => Promise.all(ids.slice(0, AT_ONCE).map((id) => flood(store, id)))),
};

async function claimOne(store: Store, id: string): Promise<void> {
  const owner = `${own}-${id}`;
  const reply = await store.claim({ id, owner, fingerprint: 'f', ...TIMES });
  if (reply.claimed) await finish(store, id, owner);
  else if ((await store.read(id)) === undefined) throw new Error(`${id} is gone`);
}

async function takeOverOne(store: Store, id: string): Promise<void> {
  const owner = `${own}-${id}`;
  const takeover = { owner: 'dead', evenIfLeased: false };
  const reply = await store.claim({ id, owner, fingerprint: 'f', ...TIMES, takeover });
  if (reply.claimed) await finish(store, id, owner);
}

async function finish(store: Store, id: string, owner: string): Promise<void> {
  won.push(id);
  await store.update({ id, owner, state: 'running', progress: 'half' });
  const [isHeld] = await store.renew([{ id, owner, leaseMs: 60_000 }]);
  const result = { codec: 'json', text: JSON.stringify(owner) };
  const at = await store.update({ id, owner, state: 'done', result });
  if (!isHeld || at === undefined) throw new Error(`${id} was lost`);
}

async function flood(store: Store, name: string): Promise<never> {
  for (let round = 0; ; round++) {
    const id = `${own}/${name}/${round}`;
    await store.claim({ id, owner: own, fingerprint: 'f', ...TIMES });
    writeSync(1, `${JSON.stringify({ id, state: 'running' })}\n`);
    const result = { codec: 'json', text: `"${id}"` };
    await store.update({ id, owner: own, state: 'done', result });
    writeSync(1, `${JSON.stringify({ id, state: 'done' })}\n`);
  }
}

async function withStore(use: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await sqliteStore(path);
  try {
    await use(store);
  } finally {
    await store.close();
  }
}

async function eachAtOnce(
  all: readonly string[],
  use: (id: string) => Promise<void>,
): Promise<void> {
  const left = [...all];
  const lane = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      await use(id).catch((error: unknown) => errors.push(String(error)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

function shuffled(all: readonly string[]): string[] {
  return all
    .map((id) => ({ id, order: random.next() }))
    .sort((one, two) => one.order - two.order)
    .map(({ id }) => id);
}

writeSync(1, 'ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();
await WORKS[work]?.().catch((error: unknown) => errors.push(String(error)));
writeSync(1, `${JSON.stringify({ won, errors })}\n`);
