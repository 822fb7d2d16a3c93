import type { Effects } from './effects.ts';
import type { Mask } from './mask.ts';
import type { SettledOperation } from './options.ts';
import { portsOf } from './ports.ts';
import { type Ended, OperationRun, type RunOptions } from './run.ts';
import { type Shape, shapeOf } from './shape.ts';

/** A run, and what there was after it. */
export interface Outcome extends Ended {
  readonly shape: Shape;
}

/** What the scenarios share. */
export interface OperationTrial {
  readonly lab: Lab;
  readonly name: string;
  /** The world before the first run. */
  readonly start: Shape;
  /** Three runs in a row. */
  readonly first: Outcome;
  readonly second: Outcome;
  readonly third: Outcome;
  readonly mask: Mask;
  /** Calls whose arguments are others each time, by their name. */
  readonly varying: ReadonlySet<string>;
}

/** Where the operation is run, in the one world there is. */
export class Lab {
  /** How often the operation was started. */
  runs: number = 0;
  /** What was called after the end of its run. */
  readonly strays: Set<string> = new Set();
  readonly #start: (run: OperationRun) => unknown;
  readonly #how: SettledOperation<Effects>;

  constructor(start: (run: OperationRun) => unknown, how: SettledOperation<Effects>) {
    this.#start = start;
    this.#how = how;
  }

  /** The world as it was in the beginning. */
  async reset(): Promise<Shape> {
    await this.#how.reset();
    return this.observe();
  }

  async observe(): Promise<Shape> {
    return shapeOf(await this.#how.observe?.());
  }

  async run(options: Omit<RunOptions, 'timeoutMs'> = {}): Promise<Outcome> {
    const ended = await this.start(options);
    return { ...ended, shape: await this.observe() };
  }

  /** Without a look at the world, for two at once. */
  async start(options: Omit<RunOptions, 'timeoutMs'> = {}): Promise<Ended> {
    this.runs++;
    const run = new OperationRun({ ...options, timeoutMs: this.#how.timeoutMs }, this.strays);
    return run.run(() => this.#start(run));
  }
}

export function labOf<E extends Effects>(
  operation: (ports: ReturnType<typeof portsOf<E>>) => unknown,
  how: SettledOperation<E>,
): Lab {
  return new Lab((run) => operation(portsOf(how.effects, how.once, run)), how);
}

/** How a run ended. */
export function endText({ how, error }: Ended): string {
  if (how === 'timed out') return 'it did not end in time';
  if (how === 'threw')
    return `it threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  return how === 'killed' ? 'it was killed' : 'it ended well';
}
