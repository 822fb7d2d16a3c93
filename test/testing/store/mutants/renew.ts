import type { RenewRequest, Store } from '../../../../src/once/store/types.ts';
import type { Fault } from '../collect.ts';

/** A store that renews each by itself, in its own way. */
function renewing(
  one: (sound: Store, request: RenewRequest, now: number) => Promise<boolean>,
): Fault {
  return (sound, clock) => ({
    async renew(requests) {
      const answers: boolean[] = [];
      for (const request of requests) answers.push(await one(sound, request, clock.now()));
      return answers;
    },
  });
}

async function renewed(sound: Store, request: RenewRequest): Promise<boolean> {
  return (await sound.renew([request]))[0] ?? false;
}

export const RENEW_FAULTS: Readonly<Record<string, Fault>> = {
  'says yes and does nothing': renewing(async () => true),
  'says no': renewing(async () => false),
  'answers for none that there is one': (sound) => ({
    renew: async (requests) => (requests.length === 0 ? [false] : sound.renew(requests)),
  }),
  'renews all or none': (sound) => ({
    async renew(requests) {
      const answers = await sound.renew(requests);
      return answers.map(() => answers.every(Boolean));
    },
  }),
  'answers in the order of ids': (sound) => ({
    renew: (requests) => sound.renew([...requests].sort((one, two) => (one.id < two.id ? -1 : 1))),
  }),
  'renews all with the first lease': (sound) => ({
    renew: (requests) =>
      sound.renew(requests.map((one) => ({ ...one, leaseMs: requests[0]?.leaseMs ?? 0 }))),
  }),
  'renews a hundred at most': (sound) => ({
    async renew(requests) {
      const answers = await sound.renew(requests.slice(0, 100));
      return requests.map((_, index) => answers[index] ?? true);
    },
  }),
  'renews for anybody': renewing(async (sound, request) => {
    const owner = (await sound.read(request.id))?.record.owner ?? '';
    return renewed(sound, { ...request, owner });
  }),
  'makes what is not there': renewing(async (sound, request) => {
    const times = { leaseMs: 1, keepMs: 1, rememberMs: 1 };
    if ((await sound.read(request.id)) === undefined) {
      await sound.claim({ ...request, fingerprint: '', ...times });
    }
    return renewed(sound, request);
  }),
  'renews what has ended': renewing(async (sound, { id, owner }) => {
    return (await sound.read(id))?.record.owner === owner;
  }),
  'renews nothing that is unknown': renewing(async (sound, request) => {
    const state = (await sound.read(request.id))?.record.state;
    return state !== 'unknown' && renewed(sound, request);
  }),
  'renews nothing that is over': renewing(async (sound, request, now) => {
    const lease = (await sound.read(request.id))?.record.leaseUntil ?? 0;
    return lease > now && renewed(sound, request);
  }),
  'counts from the old end': renewing(async (sound, request, now) => {
    const lease = (await sound.read(request.id))?.record.leaseUntil ?? now;
    return renewed(sound, { ...request, leaseMs: lease - now + request.leaseMs });
  }),
  'shortens no lease': renewing(async (sound, request, now) => {
    const lease = (await sound.read(request.id))?.record.leaseUntil ?? now;
    return renewed(sound, { ...request, leaseMs: Math.max(lease - now, request.leaseMs) });
  }),
  'drops the progress': renewing(async (sound, request) => {
    await sound.update({ ...request, state: 'running', progress: '' });
    return renewed(sound, request);
  }),
};
