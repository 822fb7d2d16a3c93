import { sleep, type Timers } from '../core/timers.ts';
import type { Store, UpdateRequest } from './store/types.ts';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;

/** So many claims without an answer are taken back at the same time; the leases of others run out. */
const MAX_TAKEN_BACK = 1000;

/** Where an update went: when it was made, or that it is not this owner's to make. */
export type Saved = { readonly at: number } | 'superseded';

/** An update that the store could not take at once: it is tried until it is saved, or the ledger closed. */
export interface Delayed {
  readonly cause: unknown;
  readonly end: Promise<Saved | 'closed'>;
}

/** Writes ends of attempts, for as long as it takes. */
export class Saver {
  readonly #store: Store;
  readonly #timers: Timers;
  #isClosed = false;
  #takingBack = 0;

  constructor(store: Store, timers: Timers) {
    this.#store = store;
    this.#timers = timers;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Tries once, then goes on by itself. */
  async save(request: UpdateRequest): Promise<Saved | Delayed> {
    try {
      return await this.#try(request);
    } catch (cause) {
      return { cause, end: this.#insist(request) };
    }
  }

  /** Releases a claim that may or may not have been made, when the store answers again. */
  takeBack(id: string, owner: string): void {
    if (this.#takingBack >= MAX_TAKEN_BACK) return;
    this.#takingBack += 1;
    void this.#insist({ id, owner, state: 'released' }).finally(() => {
      this.#takingBack -= 1;
    });
  }

  async #try(request: UpdateRequest): Promise<Saved> {
    const at = await this.#store.update(request);
    return at === undefined ? 'superseded' : { at };
  }

  async #insist(request: UpdateRequest): Promise<Saved | 'closed'> {
    let delayMs = FIRST_DELAY_MS;
    while (!this.#isClosed) {
      await sleep(this.#timers, delayMs);
      delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
      try {
        return await this.#try(request);
      } catch {
        // The store is still away.
      }
    }
    return 'closed';
  }
}
