import type { Fault } from '../collect.ts';
import { claiming, sameFingerprint, seizing, showing, starting } from './claim.ts';
import { anybody } from './update.ts';

const keeping: Fault = (sound) => {
  const kept = new Map<string, number>();
  return {
    claim(request) {
      const keepMs = kept.get(request.id) ?? request.keepMs;
      kept.set(request.id, keepMs);
      return sound.claim({ ...request, keepMs });
    },
  };
};

export const TAKEOVER_FAULTS: Readonly<Record<string, Fault>> = {
  'takes nothing over': claiming(() => ({ takeover: undefined })),
  'takes over whatever owner was seen': claiming(({ takeover }, record) =>
    takeover && record ? { takeover: { ...takeover, owner: record.owner } } : {},
  ),
  'takes over what lives': claiming(({ takeover }) =>
    takeover ? { takeover: { ...takeover, evenIfLeased: true } } : {},
  ),
  'takes over nothing that lives': claiming(({ takeover }) =>
    takeover ? { takeover: { ...takeover, evenIfLeased: false } } : {},
  ),
  'takes over a moment too early': claiming(({ leaseMs }) => ({ leaseMs: leaseMs - 1 })),
  'takes over a moment too late': claiming(({ leaseMs }) => ({ leaseMs: leaseMs + 1 })),
  'waits for the lease of what is unknown': (sound, clock) => ({
    async claim(request) {
      const record = (await sound.read(request.id))?.record;
      const lives = record?.state === 'unknown' && record.leaseUntil > clock.now();
      return sound.claim(lives ? { ...request, takeover: undefined } : request);
    },
  }),
  'does not look at the fingerprint': sameFingerprint,
  'takes over what is done': seizing(({ state }, { takeover }) => state === 'done' && !!takeover),
  'takes over what is failed': seizing(
    ({ state }, { takeover }) => state === 'failed' && !!takeover,
  ),
  'starts anew with each attempt': starting,
  'loses the progress': showing(() => ({ progress: '' })),
  'makes a new id wait': (sound) => ({
    async claim(request) {
      const isNew = (await sound.read(request.id)) === undefined;
      const reply = await sound.claim(request);
      return isNew && request.takeover ? { ...reply, claimed: false } : reply;
    },
  }),
  'counts a repeated takeover as an attempt': claiming(({ owner, takeover }, record) =>
    takeover && record?.owner === owner ? { takeover: { owner, evenIfLeased: true } } : {},
  ),
  'says when the attempt began as when the key was seen': showing(({ startedAt }) => ({
    firstAt: startedAt,
  })),
  'renews nothing': () => ({ renew: async (requests) => requests.map(() => true) }),
  'renews with each update': (sound) => ({
    async update(request) {
      const { id, owner } = request;
      await sound.renew([{ id, owner, leaseMs: 60_000 }]);
      return sound.update(request);
    },
  }),
  'lets anybody update': anybody,
  'lets nobody but the first owner finish': (sound) => ({
    update: async (request) => (request.owner === 'owner-a' ? sound.update(request) : undefined),
  }),
  'keeps for as long as the first attempt asked': keeping,
};
