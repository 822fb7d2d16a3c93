import type { Clock } from '../core/clock.ts';
import { RuntwiceError } from '../core/errors.ts';
import type { Timers } from '../core/timers.ts';
import type { Store } from './store/types.ts';

/** The claim that one attempt has on its key. */
export class Lease {
  readonly id: string;
  readonly owner: string;
  readonly leaseMs: number;
  /** By the monotonic clock, counted from when the claim was sent. */
  validUntil: number;
  renewAt: number;
  isRenewing = false;
  isLost = false;
  /** Fulfilled when the end of the attempt is saved, where the store could not take it at once. */
  ended: Promise<void> | undefined;
  /** Made when it is asked for: most attempts never do. */
  #controller: AbortController | undefined;
  #lost: RuntwiceError | undefined;

  constructor(id: string, owner: string, leaseMs: number, sentAt: number) {
    this.id = id;
    this.owner = owner;
    this.leaseMs = leaseMs;
    this.validUntil = sentAt + leaseMs;
    this.renewAt = sentAt + leaseMs / 3;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#lost !== undefined) this.#controller.abort(this.#lost);
    }
    return this.#controller.signal;
  }

  /** Early enough for whoever hears the signal to stop before another may begin. */
  get abortAt(): number {
    return this.validUntil - this.leaseMs / 10;
  }

  get dueAt(): number {
    const renewAt = this.isRenewing ? Number.POSITIVE_INFINITY : this.renewAt;
    return this.#lost !== undefined ? renewAt : Math.min(renewAt, this.abortAt);
  }

  /** Tells the attempt to stop. The first reason counts. */
  abort(why: string): void {
    if (this.#lost !== undefined) return;
    this.#lost = leaseLost(why);
    this.#controller?.abort(this.#lost);
  }
}

export function leaseLost(why: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_LEASE_LOST', `the attempt lost its claim: ${why}`, {
    fix: 'Stop without a further effect: another attempt may be running.',
  });
}

/** Renews the leases of all attempts of this process: one timer, one call of the store for many. */
export class Leases {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #held = new Set<Lease>();
  #timer: { at: number; cancel: () => void } | undefined;

  constructor(store: Store, clock: Clock, timers: Timers) {
    this.#store = store;
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Renews it until it is let go or lost. */
  hold(lease: Lease): void {
    this.#held.add(lease);
    this.#wakeAt(lease.dueAt);
  }

  /** The timer goes on: setting it anew for every attempt costs more than waking up once for nothing. */
  letGo(lease: Lease): void {
    this.#held.delete(lease);
  }

  /** Tells every attempt to stop, and renews no more. */
  close(): void {
    for (const lease of this.#held) lease.abort('the ledger was closed');
    this.#held.clear();
    this.#sleep();
  }

  /** Asks the store whether the lease is held still, and renews it. */
  async check(lease: Lease): Promise<boolean> {
    await this.#renew([lease]);
    return !lease.isLost;
  }

  #sleep(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wakeAt(at: number): void {
    if (at === Number.POSITIVE_INFINITY || (this.#timer !== undefined && this.#timer.at <= at)) {
      return;
    }
    this.#sleep();
    const ms = Math.max(0, at - this.#clock.monotonic());
    const cancel = this.#timers.after(ms, () => this.#tick(), { keepAlive: false });
    this.#timer = { at, cancel };
  }

  #tick(): void {
    this.#timer = undefined;
    const now = this.#clock.monotonic();
    for (const lease of this.#held) {
      if (lease.abortAt <= now) lease.abort('it could not be renewed in time');
    }
    const due = [...this.#held].filter((lease) => !lease.isRenewing && lease.renewAt <= now);
    if (due.length > 0) void this.#renew(this.#soon(now)).catch(() => {});
    this.#rest();
  }

  /** Those that are due, and those that would be before long: they share the call. */
  #soon(now: number): Lease[] {
    return [...this.#held].filter(
      (lease) => !lease.isRenewing && lease.renewAt <= now + lease.leaseMs / 6,
    );
  }

  #rest(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const lease of this.#held) next = Math.min(next, lease.dueAt);
    this.#wakeAt(next);
  }

  async #renew(leases: readonly Lease[]): Promise<void> {
    const sentAt = this.#clock.monotonic();
    for (const lease of leases) lease.isRenewing = true;
    try {
      const held = await this.#store.renew(leases);
      for (const [index, lease] of leases.entries()) this.#settle(lease, held[index], sentAt);
    } finally {
      for (const lease of leases) this.#plan(lease, sentAt);
      this.#rest();
    }
  }

  #settle(lease: Lease, isHeld: boolean | undefined, sentAt: number): void {
    if (isHeld) {
      lease.validUntil = sentAt + lease.leaseMs;
      return;
    }
    lease.isLost = true;
    lease.abort('another attempt took it over');
    this.letGo(lease);
  }

  #plan(lease: Lease, sentAt: number): void {
    lease.isRenewing = false;
    const wasRenewed = lease.validUntil >= sentAt + lease.leaseMs;
    lease.renewAt = wasRenewed
      ? sentAt + lease.leaseMs / 3
      : this.#clock.monotonic() + lease.leaseMs / 10;
  }
}
