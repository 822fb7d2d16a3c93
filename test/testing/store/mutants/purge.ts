import type { PurgeReply, PurgeRequest, StoredRecord } from '../../../../src/once/store/types.ts';
import type { Fault } from '../collect.ts';
import { claiming, seizing } from './claim.ts';

const EVER = Number.POSITIVE_INFINITY;

/** A store that is told to purge something else. */
function purging(change: (request: PurgeRequest) => Partial<PurgeRequest>): Fault {
  return (sound) => ({ purge: (request) => sound.purge({ ...request, ...change(request) }) });
}

function saying(change: (reply: PurgeReply, request: PurgeRequest) => Partial<PurgeReply>): Fault {
  return (sound) => ({
    async purge(request) {
      const reply = await sound.purge(request);
      return { ...reply, ...change(reply, request) };
    },
  });
}

/** A store that also removes what this says, when it purges. */
function removing(may: (record: StoredRecord, now: number) => boolean): Fault {
  return (sound) => ({
    async purge(request) {
      const { records, now } = await sound.list({ prefix: request.prefix, limit: 100 });
      const gone = records.filter(({ record }) => may(record, now));
      for (const { id, record } of gone) await sound.remove(id, record.owner);
      const reply = await sound.purge(request);
      return { ...reply, removed: reply.removed + gone.length };
    },
  });
}

/** A store that keeps for as long as the first claim of an id asked. */
function firstTimes(pick: 'keepMs' | 'both'): Fault {
  return (sound) => {
    const first = new Map<string, { keepMs: number; rememberMs: number }>();
    return {
      claim(request) {
        const { keepMs, rememberMs } = first.get(request.id) ?? request;
        first.set(request.id, { keepMs, rememberMs });
        return sound.claim({ ...request, keepMs, ...(pick === 'both' && { rememberMs }) });
      },
    };
  };
}

const withoutProgress: Fault = (sound) => ({
  async purge(request) {
    const { records } = await sound.list({ prefix: request.prefix, limit: 100 });
    for (const { id, record } of records.filter((one) => one.record.state === 'released')) {
      const { owner, fingerprint } = record;
      await sound.remove(id, owner);
      await sound.claim({ id, owner, fingerprint, leaseMs: 1, keepMs: 1, rememberMs: 1 });
      await sound.update({ id, owner, state: 'released' });
    }
    return sound.purge(request);
  },
});

/** The result stays where it is dropped, or the progress does. */
const halfDropping =
  (names: readonly ('result' | 'progress')[]): Fault =>
  (sound) => {
    const last = new Map<string, StoredRecord>();
    return {
      async read(id) {
        const reply = await sound.read(id);
        if (reply === undefined) return reply;
        const before = last.get(id) ?? reply.record;
        last.set(id, before);
        const kept = Object.fromEntries(names.map((name) => [name, before[name]]));
        return { ...reply, record: { ...reply.record, ...kept } };
      },
    };
  };

const over = (is: 'running' | 'unknown') => (record: StoredRecord) => record.state === is;

export const PURGE_FAULTS: Readonly<Record<string, Fault>> = {
  'purges nothing': () => ({ purge: async () => ({ removed: 0, trimmed: 0, more: false }) }),
  'always finds something': saying(({ removed }) => ({ removed: removed + 1 })),
  'drops the key with the result': claiming(() => ({ rememberMs: 0 })),
  'never forgets a key': claiming(() => ({ rememberMs: EVER })),
  'drops at once': claiming(() => ({ keepMs: 0 })),
  'drops running attempts': removing(over('running')),
  'drops unknown attempts': removing(over('unknown')),
  'drops the progress of released attempts': withoutProgress,
  'drops released attempts': removing(({ state }) => state === 'released'),
  'keeps released attempts': (sound) => ({
    async purge(request) {
      const { records } = await sound.list({ ...request, states: ['released'] });
      const reply = await sound.purge(request);
      return { ...reply, removed: reply.removed - records.length };
    },
  }),
  'keeps the progress of what it drops': halfDropping(['progress']),
  'keeps what it drops': halfDropping(['result']),
  'drops again and again': saying(({ trimmed, removed }) => ({ trimmed: 1 - removed || trimmed })),
  'claims what has no result': seizing(({ result, state }) => state === 'done' && !result),
  'looks at everything': purging(() => ({ prefix: '' })),
  'looks at everything that begins alike': purging(({ prefix }) => ({
    prefix: prefix.slice(0, -1),
  })),
  'has no limit': purging(() => ({ limit: EVER })),
  'never has more': saying(() => ({ more: false })),
  'has more where the limit is just reached': saying(({ removed }, { limit }) => ({
    more: removed === limit,
  })),
};

/** Looks again at the time that was foreseen when the key was claimed, and never later. */
const lookingOnce: Fault = (sound) => {
  const looked = new Set<string>();
  return {
    async purge(request) {
      const { records } = await sound.list({ prefix: request.prefix, limit: 100 });
      const again = records.some(({ id }) => looked.has(id));
      for (const { id } of records) looked.add(id);
      return again ? { removed: 0, trimmed: 0, more: false } : sound.purge(request);
    },
  };
};

export const PURGE_TIMES_FAULTS: Readonly<Record<string, Fault>> = {
  'purges nothing': () => ({ purge: async () => ({ removed: 0, trimmed: 0, more: false }) }),
  'drops a moment too early': claiming(({ keepMs }) => ({ keepMs: Math.max(0, keepMs - 1) })),
  'drops a moment too late': claiming(({ keepMs }) => ({ keepMs: keepMs + 1 })),
  'keeps nothing for ever': claiming(({ keepMs }) => ({ keepMs: Math.min(keepMs, 1000) })),
  'remembers nothing for ever': claiming(({ rememberMs }) => ({
    rememberMs: Math.min(rememberMs, 1000),
  })),
  'counts from the claim': removing(
    ({ state, startedAt }, now) => state === 'done' && startedAt + 2000 <= now,
  ),
  'keeps for as long as the first claim asked': firstTimes('both'),
  'keeps results for as long as the first claim asked': firstTimes('keepMs'),
  'looks at each once': lookingOnce,
  'always has more': saying(() => ({ more: true })),
  'never has more': saying(() => ({ more: false })),
};
