import { constants } from 'node:os';

/** Turns the first Ctrl-C or termination into an orderly end; a second one ends at once. */
export class Interruption {
  readonly #controller = new AbortController();
  #caught: NodeJS.Signals | undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, this.#catch);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 130 or 143 after a signal, as shells have it. */
  get exitCode(): number | undefined {
    return this.#caught === undefined ? undefined : 128 + constants.signals[this.#caught];
  }

  /** Leaves signals to the system again. */
  end(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.#catch);
  }

  readonly #catch = (signal: NodeJS.Signals): void => {
    this.#caught = signal;
    this.end();
    this.#controller.abort();
  };
}
