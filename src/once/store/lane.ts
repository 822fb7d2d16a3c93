import type { Timers } from '../../core/timers.ts';
import type { UpdateRequest } from './types.ts';

/** How the requests of one kind reach a server. */
export interface LaneOptions<Request, Reply> {
  one(request: Request): Promise<Reply>;
  /** Replies in the order of the requests, which are sorted by their ids; no id comes twice. */
  many(requests: readonly Request[]): Promise<readonly Reply[]>;
  /** How long a request is, in characters. */
  size(request: Request): number;
  /** Somebody held the row for longer than is waited. */
  isHeld(error: unknown): boolean;
  /** An error that one of many requests may have caused: without that one the others may do. */
  isOfOne(error: unknown): boolean;
  /** What to answer where somebody holds the row for longer than is waited; else that is an error. */
  held?(request: Request): Reply;
}

interface Job<Request, Reply> {
  readonly request: Request;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** More in one statement are hardly faster, and fill pages before their changes come. */
const MAX_SHARED = 128;
const MAX_SIZE = 1_000_000;

/** Into so many parts is taken apart what failed because of one. */
const PARTS = 8;

/** For a statement that takes longer than this nobody waits: the connection may be dead. */
const STALL_MS = 200;

const MAX_HELD = 1000;

/**
 * Requests of one kind: the first is sent at once, and those that come while it is under way share
 * the next statement. It costs one wait for the disk, whatever their number.
 */
export class Lane<Request extends { readonly id: string }, Reply> {
  readonly #options: LaneOptions<Request, Reply>;
  readonly #timers: Timers;
  #queue: Job<Request, Reply>[] = [];
  #isPlanned = false;
  /** The statement that is waited for. */
  #flight: object | undefined;
  #stopWaiting: (() => void) | undefined;
  /** Ids whose rows somebody held for too long: their requests go by themselves. */
  readonly #held = new Set<string>();

  constructor(timers: Timers, options: LaneOptions<Request, Reply>) {
    this.#timers = timers;
    this.#options = options;
  }

  /** `isAlone`: it shares with none. */
  call(request: Request, isAlone = false): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const job = { request, resolve, reject };
      if (isAlone || this.#held.has(request.id)) {
        void this.#send([job]);
        return;
      }
      this.#queue.push(job);
      this.#plan();
    });
  }

  #plan(): void {
    if (this.#isPlanned || this.#queue.length === 0) return;
    if (this.#flight !== undefined) {
      this.#stopWaiting ??= this.#timers.after(STALL_MS, () => this.#landed());
      return;
    }
    this.#isPlanned = true;
    // What was answered together asks together again: wait until all of it has asked.
    process.nextTick(() => this.#depart());
  }

  #depart(): void {
    this.#isPlanned = false;
    const flight = {};
    this.#flight = flight;
    void this.#send(this.#take()).then(() => {
      if (this.#flight === flight) this.#landed();
    });
  }

  /** Nobody waits for the last statement any more. */
  #landed(): void {
    this.#flight = undefined;
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#plan();
  }

  /** The next to be sent; of two with one id, the later waits for the next statement. */
  #take(): Job<Request, Reply>[] {
    if (this.#queue.length === 1) return this.#queue.splice(0);
    const jobs = new Map<string, Job<Request, Reply>>();
    const rest: Job<Request, Reply>[] = [];
    let size = 0;
    for (const job of this.#queue) {
      const { id } = job.request;
      if (jobs.size === MAX_SHARED || size > MAX_SIZE || jobs.has(id)) {
        rest.push(job);
        continue;
      }
      jobs.set(id, job);
      size += this.#options.size(job.request);
    }
    this.#queue = rest;
    return [...jobs.values()];
  }

  /** Fulfilled when the statement has ended; the parts of one that failed are not waited for. */
  #send(jobs: readonly Job<Request, Reply>[]): Promise<void> {
    const [job] = jobs;
    return jobs.length === 1 && job !== undefined ? this.#sendOne(job) : this.#sendMany(jobs);
  }

  async #sendOne({ request, resolve, reject }: Job<Request, Reply>): Promise<void> {
    try {
      resolve(await this.#options.one(request));
      if (this.#held.size > 0) this.#held.delete(request.id);
    } catch (error) {
      const { held } = this.#options;
      const isHeld = this.#options.isHeld(error);
      if (isHeld && this.#held.size < MAX_HELD) this.#held.add(request.id);
      if (isHeld && held !== undefined) resolve(held(request));
      else reject(error);
    }
  }

  async #sendMany(jobs: readonly Job<Request, Reply>[]): Promise<void> {
    const sorted = jobs.toSorted((left, right) => (left.request.id < right.request.id ? -1 : 1));
    try {
      const replies = await this.#options.many(sorted.map(({ request }) => request));
      for (const [index, { resolve }] of sorted.entries()) resolve(replies[index] as Reply);
    } catch (error) {
      if (this.#options.isOfOne(error)) this.#takeApart(sorted);
      else for (const { reject } of sorted) reject(error);
    }
  }

  #takeApart(jobs: readonly Job<Request, Reply>[]): void {
    const length = Math.ceil(jobs.length / PARTS);
    for (let from = 0; from < jobs.length; from += length) {
      void this.#send(jobs.slice(from, from + length));
    }
  }
}

/** How long an update is, for {@link LaneOptions.size}. */
export function updateSize({ progress = '', result }: UpdateRequest): number {
  return progress.length + (result?.text.length ?? 0);
}
