import { AttemptRun } from './attempt-run.ts';
import { type Call, type End, noEnd } from './call.ts';
import { callChain, inside } from './chain.ts';
import { claimKey } from './claim.ts';
import { NOT_KEPT } from './codec.ts';
import type { Parts } from './parts.ts';
import { busy, calledByItself, keyReused } from './problems.ts';
import { notKept } from './recorded.ts';
import { untilTold } from './wait.ts';

/** A call that is under way in this process; others with its key wait for it, not for the store. */
class Flight {
  readonly fingerprint: string;
  readonly #end = Promise.withResolvers<End>();
  /** Fulfilled when nothing of it is left to do: the end is in the store. */
  landed: Promise<void> = Promise.resolve();
  #isKnown = false;
  #known: PromiseWithResolvers<void> | undefined;

  constructor(fingerprint: string) {
    this.fingerprint = fingerprint;
  }

  get end(): Promise<End> {
    return this.#end.promise;
  }

  /** Fulfilled once it is known whether the key is finished already. Most calls are followed by none. */
  get known(): Promise<void> {
    if (this.#isKnown) return Promise.resolve();
    this.#known ??= Promise.withResolvers();
    return this.#known.promise;
  }

  tellKnown(): void {
    this.#isKnown = true;
    this.#known?.resolve();
  }

  tellEnd(end: End): void {
    this.tellKnown();
    this.#end.resolve(end);
  }
}

/** All calls of one ledger: those with the same key are merged before they reach the store. */
export class Calls {
  readonly #parts: Parts;
  readonly #flights = new Map<string, Flight>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How the call ended. Rejects only where its caller stopped waiting. */
  async settle(call: Call): Promise<End> {
    if (callChain().includes(call.id)) return noEnd('failed', calledByItself(call.identity));
    const deadline = this.#parts.surroundings.clock.monotonic() + call.times.waitMs;
    for (;;) {
      call.signal?.throwIfAborted();
      const flight = this.#flights.get(call.id);
      if (flight === undefined) return await untilTold(this.#lead(call, deadline), call.signal);
      const end = await this.#follow(flight, call, deadline);
      if (end !== undefined) return end;
    }
  }

  /** Fulfilled when no call is under way. */
  async idle(): Promise<void> {
    while (this.#flights.size > 0) {
      await Promise.all([...this.#flights.values()].map(({ landed }) => landed));
    }
  }

  /** Goes to the store on behalf of all that come meanwhile. */
  #lead(call: Call, deadline: number): Promise<End> {
    const flight = new Flight(call.fingerprint);
    this.#flights.set(call.id, flight);
    flight.landed = this.#fly(flight, call, deadline);
    return flight.end;
  }

  async #fly(flight: Flight, call: Call, deadline: number): Promise<void> {
    try {
      const claimed = await claimKey(call, deadline, this.#parts, () => flight.tellKnown());
      flight.tellKnown();
      if ('kind' in claimed) return flight.tellEnd(claimed);
      const { record, lease, interrupted } = claimed;
      const attempt = new AttemptRun(call, record, lease, this.#parts, interrupted);
      flight.tellEnd(await inside(call.id, () => attempt.run()));
      // While the end is not in the store, it is known here only.
      if (lease.ended !== undefined) await lease.ended;
    } catch (error) {
      // Such as a record that only a newer version can read.
      flight.tellEnd({ kind: 'none', outcome: 'failed', error, forAll: false });
    } finally {
      this.#flights.delete(call.id);
    }
  }

  /** The end of somebody else's flight; undefined where the caller has to look again. */
  async #follow(flight: Flight, call: Call, deadline: number): Promise<End | undefined> {
    if (flight.fingerprint !== call.fingerprint) return noEnd('differs', keyReused(call.identity));
    await untilTold(flight.known, call.signal);
    const end = await this.#wait(flight.end, call, deadline);
    if (end === 'late') return noEnd('busy', busy(call.identity));
    if (end.kind !== 'none') {
      return end.stored.codec === NOT_KEPT.codec ? notKept(call) : { ...end, fresh: undefined };
    }
    if (end.forAll) return end;
    // The store must know the end of that attempt before there is another.
    const landed = await this.#wait(flight.landed, call, deadline);
    return landed === 'late' ? noEnd('busy', busy(call.identity)) : undefined;
  }

  #wait<Value>(promise: Promise<Value>, call: Call, deadline: number): Promise<Value | 'late'> {
    const { clock, timers } = this.#parts.surroundings;
    const ms = Math.max(0, deadline - clock.monotonic());
    return untilTold(promise, call.signal, { timers, ms });
  }
}
