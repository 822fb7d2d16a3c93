import { AttemptRun } from './attempt-run.ts';
import { type Call, type End, noEnd } from './call.ts';
import { callChain, inside } from './chain.ts';
import { claimKey } from './claim.ts';
import type { Parts } from './parts.ts';
import { busy, calledByItself, keyReused } from './problems.ts';
import { untilTold } from './wait.ts';

/** A call that is under way in this process; others with its key wait for it, not for the store. */
interface Flight {
  readonly fingerprint: string;
  /** Fulfilled once it is known whether the key is finished already. */
  readonly known: Promise<void>;
  readonly end: Promise<End>;
  /** Fulfilled when nothing of it is left to do: the end is in the store. */
  readonly landed: Promise<void>;
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
      if (flight === undefined) {
        return untilTold(this.#lead(call, deadline).end, call.signal);
      }
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
  #lead(call: Call, deadline: number): Flight {
    const known = Promise.withResolvers<void>();
    const end = Promise.withResolvers<End>();
    const landed = this.#fly(call, deadline, known.resolve, end.resolve).finally(() => {
      this.#flights.delete(call.id);
    });
    const flight = {
      fingerprint: call.fingerprint,
      known: known.promise,
      end: end.promise,
      landed,
    };
    this.#flights.set(call.id, flight);
    return flight;
  }

  async #fly(
    call: Call,
    deadline: number,
    tellKnown: () => void,
    tellEnd: (end: End) => void,
  ): Promise<void> {
    try {
      await this.#claimAndRun(call, deadline, tellKnown, tellEnd);
    } catch (error) {
      // Such as a record that only a newer version can read.
      tellKnown();
      tellEnd({ kind: 'none', outcome: 'failed', error, forAll: false });
    }
  }

  async #claimAndRun(
    call: Call,
    deadline: number,
    tellKnown: () => void,
    tellEnd: (end: End) => void,
  ): Promise<void> {
    const claimed = await claimKey(call, deadline, this.#parts, tellKnown);
    tellKnown();
    if ('kind' in claimed) return tellEnd(claimed);
    const { record, lease, interrupted } = claimed;
    const attempt = new AttemptRun(call, record, lease, this.#parts, interrupted);
    tellEnd(await inside(call.id, () => attempt.run()));
    // While the end is not in the store, it is known here only.
    await lease.ended;
  }

  /** The end of somebody else's flight; undefined where the caller has to look again. */
  async #follow(flight: Flight, call: Call, deadline: number): Promise<End | undefined> {
    if (flight.fingerprint !== call.fingerprint) return noEnd('differs', keyReused(call.identity));
    await untilTold(flight.known, call.signal);
    const end = await this.#wait(flight.end, call, deadline);
    if (end === 'late') return noEnd('busy', busy(call.identity));
    if (end.kind !== 'none') return { ...end, fresh: undefined };
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
