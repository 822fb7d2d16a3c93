import { type Clock, systemClock } from '../../core/clock.ts';
import { type Duration, durationMs } from '../../core/duration.ts';
import { RuntwiceError } from '../../core/errors.ts';
import { systemTimers, type Timers } from '../../core/timers.ts';
import type { KeyView } from '../../once/key-view.ts';
import type { Ledger } from '../../once/ledger.ts';
import { forgetRequest, STORED, type StoredRequest, saveRequest } from './engine/input.ts';
import { decodeBytes } from './engine/record.ts';

/** A request that was left, to be sent again as it was. */
export interface AbandonedRequest {
  readonly method: string;
  /** The path, with its query. */
  readonly url: string;
  /** Its key, its content's type, and those that `storeInput` names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface CompleterOptions {
  ledger: Ledger;
  /**
   * Sends the request to a server of yours: `({ method, url, headers, body }) => fetch(base + url, …)`. Give it
   * a timeout: nothing else is sent meanwhile.
   */
  send: (request: AbandonedRequest) => Promise<unknown>;
  /** Keys whose last attempt began less long ago are left to their clients; default 5 min. */
  after?: Duration;
  /** How often {@link Completer.start} looks; default 1 min. */
  every?: Duration;
  /** Hears of a request that could not be sent, or, without one, that the ledger could not be asked. */
  onError?: (error: unknown, request?: AbandonedRequest) => void;
}

/** How many keys were found left, and what came of them. */
export interface CompleterReport {
  /** Driven to their end by this run. */
  readonly completed: number;
  /** Sent, and still not finished. */
  readonly left: number;
  /** Could not be sent. */
  readonly failed: number;
}

/**
 * Drives keys to their end whose server died, or whose handler threw between two steps, and whose client
 * never came again: it sends the recorded requests of routes with `storeInput` to your server, with their
 * keys.
 *
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where ledger or send is missing, or a time is none.
 *
 * Run twice: it may run in any number of processes; the key sees to it that nothing is done twice.
 */
export function createCompleter(options: CompleterOptions): Completer {
  return new Completer(options, { clock: systemClock, timers: systemTimers });
}

/** See {@link createCompleter}. */
export class Completer {
  readonly #options: CompleterOptions;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #afterMs: number;
  readonly #everyMs: number;
  /** Calls off the next look; undefined where none is planned. */
  #cancel: (() => void) | undefined;

  /** @internal */
  constructor(options: CompleterOptions, { clock, timers }: { clock: Clock; timers: Timers }) {
    if (typeof options.ledger?.admin !== 'object' || typeof options.send !== 'function') {
      throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', 'ledger or send is missing', {
        fix: 'Nothing was sent. Give both: createCompleter({ ledger, send: (request) => fetch(…) }).',
      });
    }
    this.#options = options;
    this.#clock = clock;
    this.#timers = timers;
    this.#afterMs = durationMs(options.after ?? '5m', 'after');
    this.#everyMs = durationMs(options.every ?? '1m', 'every');
  }

  /** Looks now, and then again and again until {@link Completer.stop}. Run twice: it goes on as it does. */
  start(): void {
    if (this.#cancel !== undefined) return;
    this.#plan(0);
  }

  /** Looks no more. Run twice: the second call does nothing. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Looks once. Run twice: the second run finds nothing to do. */
  async run(): Promise<CompleterReport> {
    const counts = { completed: 0, left: 0, failed: 0 };
    const { ledger } = this.#options;
    for await (const { result } of ledger.admin.list({ ...STORED, states: ['done'] })) {
      const stored = result as StoredRequest;
      const view = await ledger.admin.get(stored);
      if (isOver(view)) await this.#drop(stored);
      else if (view !== undefined && this.#isAbandoned(view)) {
        counts[await this.#complete(stored)] += 1;
      }
    }
    return counts;
  }

  #plan(ms: number): void {
    const cancel = this.#timers.after(ms, () => void this.#look(cancel), { keepAlive: false });
    this.#cancel = cancel;
  }

  async #look(cancel: () => void): Promise<void> {
    // The store may be away: there will be another look.
    await this.run().catch((error: unknown) => this.#options.onError?.(error));
    if (this.#cancel === cancel) this.#plan(this.#everyMs);
  }

  #isAbandoned({ state, startedAt }: KeyView): boolean {
    return state !== 'running' && startedAt.getTime() <= this.#clock.now() - this.#afterMs;
  }

  async #complete(stored: StoredRequest): Promise<keyof CompleterReport> {
    const { ledger, send, onError } = this.#options;
    const { method, url, headers } = stored;
    const request = { method, url, headers, body: decodeBytes(stored) };
    try {
      await send(request);
    } catch (error) {
      onError?.(error, request);
      return 'failed';
    }
    if (!isOver(await ledger.admin.get(stored))) return 'left';
    await this.#drop(stored);
    return 'completed';
  }

  /** Its client may have come again just now: then it is recorded again. */
  async #drop(stored: StoredRequest): Promise<void> {
    const { ledger } = this.#options;
    await forgetRequest(ledger, stored);
    if (!isOver(await ledger.admin.get(stored))) await saveRequest(ledger, stored);
  }
}

/** Whether there is nothing to be done: it is finished, or nothing of it was. */
function isOver(view: KeyView | undefined): boolean {
  if (view === undefined || view.state === 'done' || view.state === 'failed') return true;
  return view.state === 'released' && !view.steps.some(({ done }) => done);
}
