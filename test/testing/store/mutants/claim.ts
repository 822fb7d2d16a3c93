import type { ClaimRequest, Store, StoredRecord } from '../../../../src/once/store/types.ts';
import type { Fault } from '../collect.ts';

/** A store whose claim is made of another request. */
export function claiming(
  change: (request: ClaimRequest, record: StoredRecord | undefined) => Partial<ClaimRequest>,
): Fault {
  return (sound) => ({
    async claim(request) {
      const record = (await sound.read(request.id))?.record;
      return sound.claim({ ...request, ...change(request, record) });
    },
  });
}

/** A store whose replies say something else than what is recorded. */
export function showing(
  change: (record: StoredRecord, now: number) => Partial<StoredRecord>,
): Fault {
  const shown = <Reply extends { record: StoredRecord; now: number }>(reply: Reply): Reply => ({
    ...reply,
    record: { ...reply.record, ...change(reply.record, reply.now) },
  });
  return (sound) => ({
    claim: async (request) => shown(await sound.claim(request)),
    async read(id) {
      const reply = await sound.read(id);
      return reply && shown(reply);
    },
  });
}

/** A store that forgets what was there before each claim that holds. */
export const starting: Fault = (sound) => ({
  async claim(request) {
    const before = (await sound.read(request.id))?.record;
    const reply = await sound.claim(request);
    if (!reply.claimed || before === undefined || before.owner === request.owner) return reply;
    await sound.remove(request.id, request.owner);
    return sound.claim({ ...request, takeover: undefined });
  },
});

/** A store in which whoever comes may claim what is in one of these states. */
export function seizing(may: (record: StoredRecord, request: ClaimRequest) => boolean): Fault {
  return (sound) => ({
    async claim(request) {
      const before = (await sound.read(request.id))?.record;
      if (before !== undefined && may(before, request))
        await sound.remove(request.id, before.owner);
      return sound.claim(request);
    },
  });
}

export const sameFingerprint: Fault = claiming((_, record) =>
  record === undefined ? {} : { fingerprint: record.fingerprint },
);

const losingProgress: Fault = (sound) => ({
  async claim(request) {
    const reply = await sound.claim(request);
    const { id, owner } = request;
    if (!reply.claimed) return reply;
    await sound.update({ id, owner, state: 'running', progress: '' });
    return { ...reply, record: { ...reply.record, progress: '' } };
  },
});

const readingNothing: Fault = () => ({ read: async () => undefined });

function reply(change: (claimed: boolean) => boolean): Fault {
  return (sound: Store) => ({
    async claim(request) {
      const answer = await sound.claim(request);
      return { ...answer, claimed: change(answer.claimed) };
    },
  });
}

export const CLAIM_FAULTS: Readonly<Record<string, Fault>> = {
  'grants every claim': reply(() => true),
  'grants no claim': reply(() => false),
  'reads nothing': readingNothing,
  'reads what is not there': (sound) => ({
    async read(id) {
      return (await sound.read(id)) ?? sound.claim({ ...EMPTY, id });
    },
  }),
  'counts a repeated claim as an attempt': claiming(({ owner }, record) =>
    record?.owner === owner ? { takeover: { owner, evenIfLeased: true } } : {},
  ),
  'grants a repeated claim no more once its lease is over': (sound, clock) => ({
    async claim(request) {
      const before = (await sound.read(request.id))?.record;
      const answer = await sound.claim(request);
      const isOver = before?.owner === request.owner && before.leaseUntil <= clock.now();
      return isOver ? { ...answer, claimed: false } : answer;
    },
  }),
  'takes over unasked': claiming((_, record) =>
    record === undefined ? {} : { takeover: { owner: record.owner, evenIfLeased: false } },
  ),
  'takes over what lives': claiming((_, record) =>
    record === undefined ? {} : { takeover: { owner: record.owner, evenIfLeased: true } },
  ),
  'claims what is done': seizing(({ state }) => state === 'done'),
  'claims what is done with another input': seizing(
    ({ state, fingerprint }, request) => state === 'done' && fingerprint !== request.fingerprint,
  ),
  'claims what is failed': seizing(({ state }) => state === 'failed'),
  'claims what is unknown': seizing(({ state }) => state === 'unknown'),
  'claims what is running with another input': seizing(
    ({ fingerprint }, request) => fingerprint !== request.fingerprint,
  ),
  'does not look at the fingerprint': sameFingerprint,
  'starts anew with each attempt': starting,
  'loses the progress': losingProgress,
  'gives every claim the same owner': claiming(() => ({ owner: 'owner-a' })),
  'cuts owners': claiming(({ owner }) => ({ owner: owner.slice(0, 127) })),
  'has one record for all ids': (sound) => ({
    claim: (request) => sound.claim({ ...request, id: 'one' }),
    read: () => sound.read('one'),
  }),
  'leases for longer': claiming(({ leaseMs }) => ({ leaseMs: leaseMs + 1 })),
  'counts in 50 bits': claiming(({ leaseMs }) => ({ leaseMs: leaseMs % 2 ** 50 })),
  'says when the lease ends as when it began': showing(({ leaseUntil }) => ({
    firstAt: leaseUntil,
  })),
  'says when the attempt began as when the key was seen': showing(({ startedAt }) => ({
    firstAt: startedAt,
  })),
  'says another time when it reads': (sound) => ({
    async read(id) {
      const answer = await sound.read(id);
      return answer && { ...answer, now: answer.now + 1 };
    },
  }),
};

const EMPTY: Omit<ClaimRequest, 'id'> = {
  fingerprint: 'f',
  owner: 'nobody',
  leaseMs: 1,
  keepMs: 1,
  rememberMs: 1,
};
