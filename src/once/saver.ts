import { sleep, type Timers } from '../core/timers.ts';
import type { Store, UpdateRequest } from './store/types.ts';

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5000;

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
  #claims: UpdateRequest[] = [];
  #isTakingBack = false;

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
      return savedOf(await this.#store.update(request));
    } catch (cause) {
      return { cause, end: this.#insist(request) };
    }
  }

  /**
   * Takes back a claim that may or may not have been made, when the store answers again. `state` is
   * what the key was in before. One at a time: a store that comes back is not to be stormed.
   */
  takeBack(id: string, owner: string, state: 'released' | 'unknown'): void {
    this.#claims.push({ id, owner, state });
    if (this.#isTakingBack) return;
    this.#isTakingBack = true;
    void this.#takeAllBack().finally(() => {
      this.#isTakingBack = false;
    });
  }

  async #takeAllBack(): Promise<void> {
    for (let next = this.#claims.shift(); next !== undefined; next = this.#claims.shift()) {
      await this.#insist(next);
    }
  }

  async #insist(request: UpdateRequest): Promise<Saved | 'closed'> {
    let delayMs = FIRST_DELAY_MS;
    while (!this.#isClosed) {
      await sleep(this.#timers, delayMs);
      delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
      try {
        return savedOf(await this.#store.update(request));
      } catch {
        // The store is still away.
      }
    }
    return 'closed';
  }
}

function savedOf(at: number | undefined): Saved {
  return at === undefined ? 'superseded' : { at };
}
