import { askedOf, runByHelper } from './helper.ts';
import type { Launched, Launcher, RunOptions } from './launch.ts';
import { Processes } from './processes.ts';

/** Where HOME is, in there. */
export const HOME = '/run/runtwice/home';

export interface IsolatedOptions {
  readonly helper: string;
  readonly command: readonly string[];
  /** The folder that the command is run in: there it sees a copy. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Further places that it may write to. */
  readonly writable: readonly string[];
  /** Folders that it sees although they are in a place that is hidden. */
  readonly visible: readonly string[];
  readonly timeoutMs: number;
  /** Sockets by the ports at which the command finds them. */
  readonly relays: Readonly<Record<number, string>>;
}

/** Runs a command where it can reach nothing but its copy. */
export class Isolated implements Launcher {
  readonly kind = 'isolated';
  /** What it reached for is told by its runs. */
  readonly unobserved: readonly string[] = [];
  readonly #options: IsolatedOptions;
  /** Among these it is run. */
  readonly #processes: Processes;

  private constructor(options: IsolatedOptions, processes: Processes) {
    this.#options = options;
    this.#processes = processes;
  }

  /** @throws CannotCheck */
  static async start(options: IsolatedOptions): Promise<Isolated> {
    return new Isolated(options, await Processes.start(options.helper));
  }

  launch(scratch: string, asked: RunOptions, signal: AbortSignal | undefined): Promise<Launched> {
    return this.#run(this.#options.command, scratch, asked, signal);
  }

  /**
   * Runs what does nothing.
   * @throws CannotCheck where not even that can be kept apart.
   */
  async try(scratch: string): Promise<void> {
    await this.#run([this.#options.helper], scratch, {}, undefined);
  }

  #run(
    command: readonly string[],
    scratch: string,
    asked: RunOptions,
    signal: AbortSignal | undefined,
  ): Promise<Launched> {
    const { helper, folder, visible, writable, timeoutMs } = this.#options;
    const relays = { ...this.#options.relays, ...asked.relays };
    const args = [
      ...['--isolate', '--processes-of', String(this.#processes.pid)],
      ...['--scratch', scratch, '--at', folder, '--home', HOME],
      ...Object.entries(relays).flatMap(([port, socket]) => ['--relay', `${port}=${socket}`]),
      ...visible.flatMap((path) => ['--visible', path]),
      ...writable.flatMap((path) => ['--writable', path]),
      ...askedOf(asked),
    ];
    const env = { ...this.#options.env, ...asked.env };
    return runByHelper({ helper, args, command, cwd: '/', env, timeoutMs, signal });
  }

  async close(): Promise<void> {
    this.#processes.end();
  }
}
