import type { Outbox } from '../observers/sent/outbox.ts';
import type { Sent } from '../observers/sent/sent.ts';
import type { Launched, Launcher, RunOptions } from './launch.ts';

/** How a run went. */
export interface Run extends Launched {
  /** The requests and mails that it sent, in the order in which they came. */
  readonly sent: readonly Sent[];
  /** All requests that came, also those that can be sent again: `GET http://host/path`. */
  readonly requests: readonly string[];
}

/** Runs a command in copies, and takes what it sends. */
export class Sandbox {
  readonly launcher: Launcher;
  readonly #outbox: Outbox;
  readonly #signal: AbortSignal | undefined;
  /** How often it ran a command. */
  runs = 0;
  /** Addresses that any of the runs connected to. */
  readonly connects: Set<string> = new Set();

  constructor(launcher: Launcher, outbox: Outbox, signal?: AbortSignal) {
    this.launcher = launcher;
    this.#outbox = outbox;
    this.#signal = signal;
  }

  /** @throws CannotCheck, and what the signal was aborted with. */
  async run(scratch: string, options: RunOptions = {}): Promise<Run> {
    this.#signal?.throwIfAborted();
    this.#outbox.begin(options.cut);
    const run = await this.launcher.launch(scratch, options, this.#signal);
    this.runs += options.againAfterMs === undefined ? 1 : 2;
    const { isCut, ...taken } = await this.#outbox.taken();
    for (const address of run.connects) this.connects.add(address);
    const isFailed = run.isFailed || isCut;
    return { ...run, ...taken, isFailed };
  }
}
