import type { Clock } from '../../core/clock.ts';
import { OUTCOME_GROUPS } from '../../core/outcome.ts';
import { type Report, type ReportItem, Tally } from '../../core/report.ts';
import { InOrder } from './in-order.ts';
import { type Settled, settle } from './settle.ts';
import { nextTurn, SLICE_MS } from './turns.ts';
import type { ConvergeOptions, ConvergeRun } from './types.ts';

const DEFAULT_CONCURRENCY = 16;
/** Items that ended early are held back for the order, up to this many for each one under way. */
const HELD_PER_SLOT = 8;
const PROGRESS_MS = 100;
const UNTRIED: Settled = { outcome: 'untried', reason: 'the run ended before it' };

/** One run of {@link converge}: takes items one by one, bounds what is under way, and counts. */
export class Loop<Item> {
  readonly #options: ConvergeOptions<Item>;
  readonly #total: number | undefined;
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #tally = new Tally();
  readonly #order = new InOrder<Item, Settled>((item, settled) => this.#pass(item, settled));
  readonly #run: ConvergeRun;
  readonly #over = new AbortController();
  readonly #startedAtMs: number;
  readonly #startedMs: number;
  #underWay = 0;
  #ended = false;
  #sliceEndsMs: number;
  #nextProgressMs: number;
  #wake: (() => void) | undefined;
  #thrown: { readonly error: unknown } | undefined;

  constructor(options: ConvergeOptions<Item>, total: number | undefined, clock: Clock) {
    this.#options = options;
    this.#total = total;
    this.#clock = clock;
    this.#concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
    this.#startedAtMs = clock.now();
    this.#startedMs = clock.monotonic();
    this.#sliceEndsMs = this.#startedMs + SLICE_MS;
    this.#nextProgressMs = this.#startedMs + PROGRESS_MS;
    this.#run = {
      signal: options.signal ?? new AbortController().signal,
      lost: { lost: true },
      progressed: () => this.#progress(),
    };
    if (this.#run.signal.aborted) this.#end();
    this.#run.signal.addEventListener('abort', this.#end);
  }

  /** True when no further item will be tried. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Aborted when no further item will be tried, for whatever reason. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Begins an item; see {@link mustWait} before the next. */
  take(item: Item): void {
    const place = this.#order.begin();
    const settled = this.#ended ? UNTRIED : settle(item, this.#options, this.#run);
    if (!(settled instanceof Promise)) {
      this.#order.end(place, item, this.#noted(item, settled));
      return;
    }
    this.#underWay++;
    void settled.then((late) => {
      this.#underWay--;
      this.#order.end(place, item, this.#noted(item, late));
      this.#wake?.();
    });
  }

  get mustWait(): boolean {
    return this.#full || this.#clock.monotonic() >= this.#sliceEndsMs;
  }

  /** Gives the event loop a turn and waits until there is room for the next item. */
  async wait(): Promise<void> {
    await nextTurn();
    while (this.#full) await this.#oneEnded();
    this.#sliceEndsMs = this.#clock.monotonic() + SLICE_MS;
    this.#progress();
  }

  /** Waits for the items under way and makes the report. */
  async finish(): Promise<Report> {
    while (this.#underWay > 0) await this.#oneEnded();
    this.#run.signal.removeEventListener('abort', this.#end);
    const unread = (this.#total ?? 0) - this.#tally.total;
    if (this.#ended && unread > 0) this.#tally.count('untried', unread);
    this.#callBack(() => this.#tellProgress());
    if (this.#thrown !== undefined) throw this.#thrown.error;
    return this.#tally.report({
      operation: this.#options.operation ?? 'converge',
      dryRun: this.#options.dryRun ?? false,
      accept: this.#options.accept ?? [],
      startedAtMs: this.#startedAtMs,
      elapsedMs: this.#clock.monotonic() - this.#startedMs,
    });
  }

  readonly #end = (): void => {
    this.#ended = true;
    this.#over.abort();
  };

  get #full(): boolean {
    return (
      this.#underWay >= this.#concurrency || this.#order.open >= HELD_PER_SLOT * this.#concurrency
    );
  }

  #oneEnded(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  /** Applies the failure policy at once: items that begin later must know. */
  #noted(item: Item, settled: Settled): Settled {
    if (settled.outcome !== 'failed') return settled;
    const policy = this.#options.onFailure ?? 'continue';
    this.#callBack(() => {
      const decision = typeof policy === 'function' ? policy(settled.error, item) : policy;
      if (decision === 'stop') this.#end();
    });
    return settled;
  }

  #pass(item: Item, settled: Settled): void {
    this.#tally.count(settled.outcome);
    const { onItem } = this.#options;
    if (onItem === undefined && OUTCOME_GROUPS[settled.outcome] !== 'attention') return;
    this.#callBack(() => {
      const told = this.#describe(item, settled);
      this.#tally.list(told);
      onItem?.(told);
    });
  }

  #describe(item: Item, { outcome, reason }: Settled): ReportItem {
    const name = this.#options.name?.(item) ?? String(item);
    return {
      ...(typeof name === 'string' ? { item: name } : name),
      outcome,
      ...(reason === undefined ? {} : { reason }),
    };
  }

  #progress(): void {
    const nowMs = this.#clock.monotonic();
    if (nowMs < this.#nextProgressMs) return;
    this.#nextProgressMs = nowMs + PROGRESS_MS;
    this.#callBack(() => this.#tellProgress());
  }

  #tellProgress(): void {
    this.#options.onProgress?.({
      finished: this.#tally.total,
      ...(this.#total === undefined ? {} : { total: this.#total }),
      counts: this.#tally.counts,
    });
  }

  /** An error in the caller's own function ends the run and is thrown from it, counts and all. */
  #callBack(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#thrown ??= { error };
      this.#end();
    }
  }
}
