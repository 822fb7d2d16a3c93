import { beforeEach, describe, expect, it } from 'vitest';
import { Lease, Leases } from '../../src/once/lease.ts';
import type { RenewRequest } from '../../src/once/store/types.ts';
import { memoryStore } from '../../src/stores/memory/index.ts';
import { Random } from '../simulator/random.ts';
import { World } from '../simulator/world.ts';
import { bound } from '../support/bound-store.ts';

let world: World;
let answer: (requests: readonly RenewRequest[]) => Promise<boolean[]>;
let asked: { at: number; ids: string[] }[];
let leases: Leases;

beforeEach(() => {
  world = new World(new Random(1));
  asked = [];
  answer = async (requests) => requests.map(() => true);
  const store = {
    ...bound(memoryStore()),
    renew: (requests: readonly RenewRequest[]) => {
      asked.push({ at: world.now, ids: requests.map(({ id }) => id) });
      return answer(requests);
    },
  };
  const clock = { now: () => world.now, monotonic: () => world.now };
  leases = new Leases(store, clock, { after: (ms, run) => world.after(ms, undefined, run) });
});

function hold(id: string, leaseMs = 30_000, sentAt = world.now): Lease {
  const lease = new Lease(id, `owner of ${id}`, leaseMs, sentAt);
  leases.hold(lease);
  return lease;
}

describe('a lease', () => {
  it('is renewed at a third of its time, for as long as it is held', async () => {
    const lease = hold('a');
    await world.runUntil(35_000);
    expect(asked.map(({ at }) => at)).toEqual([10_000, 20_000, 30_000]);
    leases.letGo(lease);
    await world.runUntil(100_000);
    expect(asked).toHaveLength(3);
    expect(lease.signal.aborted).toBe(false);
  });

  it('is renewed together with those that are due soon', async () => {
    hold('a');
    await world.runUntil(4000);
    hold('b');
    await world.runUntil(15_000);
    expect(asked).toEqual([{ at: 10_000, ids: ['a', 'b'] }]);
  });

  it('that cannot be renewed tells its attempt before it ends, and is tried on', async () => {
    answer = async () => {
      throw new Error('away');
    };
    const lease = hold('a');
    await world.runUntil(26_999);
    expect(lease.signal.aborted).toBe(false);
    await world.runUntil(27_000);
    expect(lease.signal.reason).toMatchObject({ code: 'ERR_RUNTWICE_LEASE_LOST' });
    answer = async (requests) => requests.map(() => true);
    await world.runUntil(60_000);
    expect(lease.validUntil).toBeGreaterThan(60_000);
  });

  it('that a slow store does not answer for tells its attempt in time, too', async () => {
    answer = () => new Promise(() => {});
    const lease = hold('a');
    await world.runUntil(27_000);
    expect(lease.signal.aborted).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('counts from when its claim was sent', async () => {
    await world.runUntil(5000);
    answer = () => new Promise(() => {});
    const lease = hold('a', 30_000, 1000);
    await world.runUntil(28_000);
    expect(lease.signal.aborted).toBe(true);
  });

  it('that was taken over is over at once', async () => {
    answer = async (requests) => requests.map(({ id }) => id !== 'a');
    const [a, b] = [hold('a'), hold('b')];
    await world.runUntil(10_000);
    expect([a.isLost, a.signal.aborted, b.isLost, b.signal.aborted]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    await world.runUntil(25_000);
    expect(asked.at(-1)?.ids).toEqual(['b']);
  });

  it('is checked when an attempt asks, and renewed by that', async () => {
    const lease = hold('a');
    await world.runUntil(9000);
    expect(await leases.check(lease)).toBe(true);
    expect(lease.validUntil).toBe(39_000);
    answer = async () => [false];
    expect(await leases.check(lease)).toBe(false);
  });

  it('of a ledger that is closed is over', async () => {
    const lease = hold('a');
    leases.close();
    expect(lease.signal.reason).toMatchObject({ message: expect.stringContaining('closed') });
    await world.runUntil(100_000);
    expect(asked).toEqual([]);
  });
});
