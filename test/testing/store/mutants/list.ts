import type { ListQuery, Store, StoredRecord } from '../../../../src/once/store/types.ts';
import type { Fault } from '../collect.ts';
import { claiming } from './claim.ts';
import { making } from './update.ts';

/** A store that is asked something else. */
function asking(change: (query: ListQuery) => Partial<ListQuery>): Fault {
  return (sound) => ({ list: (query) => sound.list({ ...query, ...change(query) }) });
}

type Listed = Awaited<ReturnType<Store['list']>>['records'];

/** A store that picks from everything it has, in its own way. */
function picking(pick: (all: Listed, query: ListQuery, now: number) => Listed): Fault {
  return (sound) => ({
    async list(query) {
      const { prefix } = query;
      const { records, now } = await sound.list({ prefix, limit: Number.POSITIVE_INFINITY });
      return { records: pick(records, query, now).slice(0, query.limit), now };
    },
  });
}

/** The records that the query is for, but for their age; `is` says which sort after another. */
function pages(all: Listed, { after, states }: ListQuery, is: (one: string) => boolean): Listed {
  return all.filter(
    ({ id, record }) =>
      (after === undefined || is(id)) && (states === undefined || states.includes(record.state)),
  );
}

function like(pattern: string): RegExp {
  const source = pattern.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&').replaceAll('%', '.*');
  return new RegExp(`^${source.replaceAll('_', '.')}`, 'su');
}

const interrupted = (record: StoredRecord, now: number): boolean =>
  record.state === 'running' && record.leaseUntil <= now;

export const LIST_FAULTS: Readonly<Record<string, Fault>> = {
  'lists nothing': () => ({ list: async () => ({ records: [], now: 0 }) }),
  'lists everything': asking(() => ({ prefix: '' })),
  'lists what is not asked for': asking(() => ({ states: undefined })),
  'lists all for no state': asking(({ states }) =>
    states?.length === 0 ? { states: undefined } : {},
  ),
  'lists ids only': picking((all) =>
    all.map(({ id, record }) => ({ id, record: { ...record, result: undefined } })),
  ),
  'sorts by 16 bits': picking((all, query) =>
    pages(all, query, (id) => id > (query.after ?? '')).sort((one, two) =>
      one.id < two.id ? -1 : 1,
    ),
  ),
  'sorts backwards': picking((all) => [...all].reverse()),
  'leaves out the prefix itself': picking((all, query) =>
    pages(all, query, (id) => id > (query.after ?? '')).filter(({ id }) => id !== query.prefix),
  ),
  'takes a prefix for a pattern': (sound) => ({
    async list(query) {
      const { records, now } = await sound.list({ prefix: '', limit: 1000 });
      return { records: records.filter(({ id }) => like(query.prefix).test(id)), now };
    },
  }),
  'takes a prefix for a glob': (sound) => ({
    list: (query) => sound.list({ ...query, prefix: query.prefix.replace(/[*?[\\].*/s, '') }),
  }),
  'ends before U+10FFFF': picking((all) => all.filter(({ id }) => !id.includes('\u{10ffff}'))),
  'lists nothing for the empty prefix': asking(({ prefix }) => ({ prefix: prefix || 'none' })),
  'lists one more': asking(({ limit }) => ({ limit: limit + 1 })),
  'lists the id itself after an id': picking((all, query) =>
    pages(all, query, (id) => id >= (query.after ?? '')),
  ),
  'always lists the first page': asking(() => ({ after: undefined })),
  'lists nothing after what is not there': picking((all, { after }) => {
    const index = all.findIndex(({ id }) => id === after);
    return after !== undefined && index < 0 ? [] : all.slice(index + 1);
  }),
  'forgets the prefix after an id': asking(({ prefix, after }) => ({
    prefix: after ? '' : prefix,
  })),
  'limits before it picks': (sound) => ({
    async list({ states, ...query }) {
      const { records, now } = await sound.list(query);
      return { records: records.filter((one) => states?.includes(one.record.state) ?? true), now };
    },
  }),
  'takes what is over for unknown': picking((all, { states }, now) =>
    all.filter(({ record }) =>
      (states ?? [record.state]).includes(interrupted(record, now) ? 'unknown' : record.state),
    ),
  ),
  'looks at no age': asking(() => ({ olderThanMs: undefined })),
  'looks at the age of the key': picking((all, { olderThanMs = -1 }, now) =>
    all.filter(({ record }) => record.firstAt <= now - olderThanMs),
  ),
  'tells no time': (sound) => ({
    list: async (query) => ({ ...(await sound.list(query)), now: 0 }),
  }),
};

export const STATS_FAULTS: Readonly<Record<string, Fault>> = {
  'counts everything': (sound) => ({ stats: () => sound.stats('') }),
  'counts the prefix not': (sound) => ({ stats: (prefix) => sound.stats(`${prefix}0`) }),
  'counts patterns': (sound) => ({ stats: (prefix) => sound.stats(prefix.replace(/%$/, '')) }),
  'leaves out what there is none of': (sound) => ({
    async stats(prefix) {
      const counts = Object.entries(await sound.stats(prefix)).filter(([, count]) => count > 0);
      return Object.fromEntries(counts) as Awaited<ReturnType<Store['stats']>>;
    },
  }),
  'takes what is over for unknown': (sound) => ({
    async stats(prefix) {
      const { records, now } = await sound.list({ prefix, limit: 100 });
      const over = records.filter(({ record }) => interrupted(record, now)).length;
      const counts = await sound.stats(prefix);
      return { ...counts, running: counts.running - over, unknown: counts.unknown + over };
    },
  }),
  'removes nothing': () => ({ remove: async () => true }),
};

export const REMOVE_FAULTS: Readonly<Record<string, Fault>> = {
  'removes nothing': () => ({ remove: async () => true }),
  'always says no': (sound) => ({ remove: async (id, owner) => !sound.remove(id, owner) }),
  'always says yes': (sound) => ({
    remove: async (id, owner) => (await sound.remove(id, owner)) || true,
  }),
  'removes for anybody': (sound) => ({
    async remove(id) {
      return sound.remove(id, (await sound.read(id))?.record.owner ?? '');
    },
  }),
  'removes what begins alike': (sound) => ({
    async remove(id, owner) {
      const { records } = await sound.list({ prefix: id, limit: 100 });
      const gone = await Promise.all(records.map((one) => sound.remove(one.id, owner)));
      return gone.includes(true);
    },
  }),
  'marks as removed only': (sound) => ({
    async remove(id, owner) {
      return (await sound.update({ id, owner, state: 'released' })) !== undefined;
    },
  }),
  'remembers the first time': (sound) => {
    const seen = new Map<string, number>();
    return {
      async claim(request) {
        const reply = await sound.claim(request);
        const firstAt = seen.get(request.id) ?? reply.record.firstAt;
        seen.set(request.id, firstAt);
        return { ...reply, record: { ...reply.record, firstAt } };
      },
    };
  },
  'makes what is updated': making,
  'takes nothing over': claiming(({ owner }) => ({ owner: owner.replace('b', 'a') })),
};
