import type { RecordState, StoredRecord, UpdateRequest } from '../../../../src/once/store/types.ts';
import type { Fault } from '../collect.ts';
import { claiming, seizing, showing } from './claim.ts';

type Change = (
  request: UpdateRequest,
  record: StoredRecord | undefined,
) => Partial<UpdateRequest> | 'refuse';

/** A store whose update is made of another request. */
function updating(change: Change): Fault {
  return (sound) => ({
    async update(request) {
      const record = (await sound.read(request.id))?.record;
      const changed = change(request, record);
      return changed === 'refuse' ? undefined : sound.update({ ...request, ...changed });
    },
  });
}

export const anybody: Fault = updating((_, record) => (record ? { owner: record.owner } : {}));

const stateless: Fault = (sound) => ({
  async update(request) {
    const at = await sound.update({ ...request, state: 'running', result: undefined });
    return at;
  },
});

export const making: Fault = (sound) => ({
  async update(request) {
    const { id, owner } = request;
    const times = { leaseMs: 1, keepMs: 1, rememberMs: 1 };
    if ((await sound.read(id)) === undefined)
      await sound.claim({ id, owner, fingerprint: '', ...times });
    return sound.update(request);
  },
});

/** A store that updates another id, too. */
const spilling: Fault = (sound) => ({
  async update(request) {
    for (const { id } of (await sound.list({ prefix: '', limit: 100 })).records) {
      await sound.update({ ...request, id });
    }
    return sound.update(request);
  },
});

export const UPDATE_FAULTS: Readonly<Record<string, Fault>> = {
  'lets nobody update': updating(() => 'refuse'),
  'lets anybody update': anybody,
  'makes what is not there': making,
  'updates other ids, too': spilling,
  'changes no state': stateless,
  'takes released for failed': updating(({ state }) =>
    state === 'released' ? { state: 'failed' } : {},
  ),
  'takes unknown for failed': updating(({ state }) =>
    state === 'unknown' ? { state: 'failed' } : {},
  ),
  'takes failed for done': updating(({ state }) => (state === 'failed' ? { state: 'done' } : {})),
  'drops results': updating(() => ({ result: undefined })),
  'drops empty results': updating(({ result }) =>
    result?.text === '' ? { result: undefined } : {},
  ),
  'drops progress that is not given': updating(({ progress }) => ({ progress: progress ?? '' })),
  'drops progress': updating(() => ({ progress: undefined })),
  'takes empty progress for none': updating(({ progress }) => ({
    progress: progress || undefined,
  })),
  'leaves unknown as it is': updating((_, record) => (record?.state === 'unknown' ? 'refuse' : {})),
  'updates nothing whose lease is over': (sound, clock) => ({
    async update(request) {
      const lease = (await sound.read(request.id))?.record.leaseUntil ?? 0;
      return lease <= clock.now() ? undefined : sound.update(request);
    },
  }),
  'keeps from the claim on': showing(({ keepUntil, startedAt, finishedAt }) => ({
    keepUntil: keepUntil && keepUntil - finishedAt + startedAt,
  })),
  'keeps nothing for ever': claiming(({ keepMs }) => ({ keepMs: Math.min(keepMs, 1e12) })),
  'keeps for a moment at least': claiming(({ keepMs }) => ({ keepMs: Math.max(keepMs, 1) })),
  'says another time than it records': (sound) => ({
    async update(request) {
      const at = await sound.update(request);
      return at && at + 1;
    },
  }),
  'counts an update as an attempt': showing(({ progress, attempt }) => ({
    attempt: progress === '' ? attempt : attempt + 1,
  })),
  'claims what is done': seizing(({ state }) => state === 'done'),
};

const ENDED: readonly RecordState[] = ['done', 'failed', 'released'];

/** A store in which what ended may be ended again. */
function overwriting(may: Change): Fault {
  return (sound) => ({
    async update(request) {
      const { id, owner } = request;
      const record = (await sound.read(id))?.record;
      if (record && ENDED.includes(record.state) && may(request, record) !== 'refuse') {
        await sound.remove(id, record.owner);
        const { fingerprint } = record;
        await sound.claim({ id, owner, fingerprint, leaseMs: 1, keepMs: 1, rememberMs: 1 });
      }
      return sound.update(request);
    },
  });
}

const refusing: Fault = updating(({ state }, record) => (state === record?.state ? 'refuse' : {}));

export const UPDATE_AGAIN_FAULTS: Readonly<Record<string, Fault>> = {
  'ends again what ended': overwriting(() => ({})),
  'ends again what another owner ended': overwriting(({ owner }, record) =>
    owner === record?.owner ? 'refuse' : {},
  ),
  'ends again with another text': overwriting(({ state, result }, record) =>
    state === record?.state && result?.codec === record.result?.codec ? {} : 'refuse',
  ),
  'refuses the same again': refusing,
  'says yes to everything': (sound, clock) => ({
    update: async (request) => (await sound.update(request)) ?? clock.now(),
  }),
  'says the later time of the same again': (sound, clock) => ({
    update: async (request) => (await sound.update(request)) && clock.now(),
  }),
  'renews what is done': (sound) => ({ renew: async (requests) => requests.map(() => !!sound) }),
};
