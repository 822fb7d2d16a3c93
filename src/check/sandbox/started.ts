// A command in a process group of its own, which is ended as a whole.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { collect } from './output.ts';

/** What a command leaves running has so long to end by itself, as it has with the helper. */
const GRACE_MS = 300;
/** What was killed is gone after so long. */
const GONE_MS = 1000;
const CANNOT_RUN = 127;

export interface Ending {
  /** Its exit code, or 128 and the number of a signal. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether it left processes behind; they were ended. */
  readonly isLeft: boolean;
  /** When it had ended, on the clock of `performance.now()`. */
  readonly at: number;
}

export class Started {
  readonly ending: Promise<Ending>;
  readonly #child: ChildProcess;
  #isKilled = false;

  constructor(command: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
    const [program = '', ...args] = command;
    this.#child = spawn(program, args, {
      cwd,
      env,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.ending = this.#end();
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends it, with all that it started, but for what left its group. */
  kill(): void {
    this.#isKilled = true;
    const { pid } = this.#child;
    if (pid === undefined) return;
    if (process.platform === 'win32') {
      spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    } else signalGroup(pid, 'SIGKILL');
  }

  async #end(): Promise<Ending> {
    const child = this.#child;
    const said = [child.stdout, child.stderr].map((stream) => saidBy(stream as Readable));
    try {
      const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
      const at = performance.now();
      const isLeft = !this.#isKilled && !(await this.#isGone(GRACE_MS));
      if (isLeft) this.kill();
      await this.#isGone(GONE_MS);
      const [stdout = '', stderr = ''] = await Promise.all(said.map((one) => one.end()));
      const number = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
      return { code: number, stdout, stderr, isLeft, at };
    } catch (error) {
      const stderr = `cannot run ${child.spawnfile}: ${(error as NodeJS.ErrnoException).code}`;
      return { code: CANNOT_RUN, stdout: '', stderr, isLeft: false, at: performance.now() };
    }
  }

  /** Whether all of its group are, at most so long from now. */
  async #isGone(withinMs: number): Promise<boolean> {
    const { pid } = this.#child;
    if (process.platform === 'win32' || pid === undefined) return true;
    for (const late = performance.now() + withinMs; signalGroup(pid, 0); await delay(5)) {
      if (performance.now() > late) return false;
    }
    return true;
  }
}

/** What is said on a stream; one that somebody else still has open is not waited for. */
function saidBy(stream: Readable): { end(): Promise<string> } {
  const all = collect(stream).catch(() => '');
  return {
    async end() {
      const late = delay(GONE_MS, undefined, { ref: false }).then(() => stream.destroy());
      return Promise.race([all, late.then(() => '')]);
    },
  };
}

/** False where nobody is in the group. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
