// Faults that show only where things happen at the same time, or at the beginning and the end.

import type { Store, StoredRecord } from '../../../../src/once/store/types.ts';
import { memoryStore } from '../../../../src/stores/memory/index.ts';
import type { Fault } from '../collect.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

/** A claim that looks first and claims later, whatever came between. */
const lookingFirst =
  (may: (record: StoredRecord | undefined) => boolean): Fault =>
  (sound) => ({
    async claim(request) {
      const before = (await sound.read(request.id))?.record;
      await turn();
      const now = (await sound.read(request.id))?.record;
      const changed = now?.owner !== before?.owner || now?.state !== before?.state;
      if (now === undefined || !changed || !may(before)) return sound.claim(request);
      await sound.remove(request.id, now.owner);
      return sound.claim(request);
    },
  });

/** An update, or the like, that looks first who the owner is. */
const owningFirst = (names: readonly ('update' | 'renew' | 'remove')[]): Fault => {
  return (sound) => {
    const ownerLater = async (id: string, owner: string): Promise<string> => {
      const before = (await sound.read(id))?.record.owner;
      await turn();
      return before === owner ? ((await sound.read(id))?.record.owner ?? owner) : owner;
    };
    const faulty: Pick<Store, 'update' | 'renew' | 'remove'> = {
      update: async (request) =>
        sound.update({ ...request, owner: await ownerLater(request.id, request.owner) }),
      async renew(requests) {
        const [first] = requests;
        if (first === undefined) return [];
        return sound.renew([{ ...first, owner: await ownerLater(first.id, first.owner) }]);
      },
      remove: async (id, owner) => sound.remove(id, await ownerLater(id, owner)),
    };
    return Object.fromEntries(names.map((name) => [name, faulty[name]]));
  };
};

/** Each opening has records of its own. */
const apart: Fault = (_, clock) => memoryOf(memoryStore({ clock }));

function memoryOf(store: Store): Partial<Store> {
  return {
    claim: (request) => store.claim(request),
    read: (id) => store.read(id),
    update: (request) => store.update(request),
  };
}

export const RACE_FAULTS: Readonly<Record<string, Fault>> = {
  'looks whether an id is new before it claims': lookingFirst((record) => record === undefined),
  'looks whether an id is released before it claims': lookingFirst(
    (record) => record?.state === 'released',
  ),
  'looks whether a lease is over before it takes over': lookingFirst(
    (record) => record?.state === 'running',
  ),
  'looks for the owner before it updates': owningFirst(['update']),
  'looks for the owner before it renews': owningFirst(['renew']),
  'looks for the owner before it removes': owningFirst(['remove']),
  'records every end': (sound) => ({
    update: async (request) => (await sound.update(request)) ?? 1,
  }),
  'mixes up what is asked at once': (sound) => {
    let last = '';
    return {
      async claim(request) {
        last = request.id;
        await turn();
        return sound.claim({ ...request, id: last });
      },
    };
  },
  'counts each repetition': (sound) => ({
    async claim(request) {
      const { owner } = request;
      return sound.claim({ ...request, takeover: { owner, evenIfLeased: true } });
    },
  }),
  'has records of its own': apart,
};

export const CLOSING_FAULTS: Readonly<Record<string, Fault>> = {
  'has no name': () => ({ name: '' }),
  'closes once': (sound) => {
    let isClosed = false;
    return {
      async close() {
        if (isClosed) throw new Error('closed');
        isClosed = true;
        await sound.close();
      },
    };
  },
  'cannot close before it was used': (sound) => {
    let isUsed = false;
    return {
      claim(request) {
        isUsed = true;
        return sound.claim(request);
      },
      async close() {
        if (!isUsed) throw new Error('not open');
      },
    };
  },
  'throws at once when it is closed': (sound) => {
    let isUpdated = false;
    return {
      update(request) {
        isUpdated = true;
        return sound.update(request);
      },
      read(id) {
        if (isUpdated) throw new Error('closed');
        return sound.read(id);
      },
    };
  },
  'has records of its own': apart,
  'closes all': (sound, clock) => {
    const isClosed = closed.has(clock);
    return {
      update: async (request) =>
        closed.has(clock) && !isClosed ? undefined : sound.update(request),
      close: async () => void closed.add(clock),
    };
  },
};

const closed = new WeakSet<object>();
