import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const CHILD: string = fileURLToPath(new URL('sqlite-child.ts', import.meta.url));

/** What a process says at its end. */
export interface Ended {
  readonly won: readonly string[];
  readonly errors: readonly string[];
}

/** The seed of this run; `RUNTWICE_SEED` repeats one. */
export function newSeed(what: string): number {
  const seed = Number(process.env['RUNTWICE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${what}: RUNTWICE_SEED=${seed}`);
  return seed;
}

/** A process that is loaded and waits for the word to begin. */
export class Waiting {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #stderr = '';

  private constructor(args: readonly string[]) {
    const stdio = ['pipe', 'pipe', 'pipe'] as const;
    this.#child = spawn(process.execPath, [CHILD, ...args], { stdio: [...stdio] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.on('data', (part: Buffer) => {
      this.#stderr += part.toString();
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  static async start(work: string, path: string, seed: number, count: number): Promise<Waiting> {
    const waiting = new Waiting([work, path, String(seed), String(count)]);
    if ((await waiting.line()) !== 'ready') throw new Error(`no child: ${waiting.#stderr}`);
    return waiting;
  }

  begin(): void {
    this.#child.stdin.end('go\n');
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The next line that it says; undefined after its end. */
  async line(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done === true ? undefined : value;
  }

  async end(): Promise<Ended> {
    const line = await this.line();
    if (line === undefined) throw new Error(`it ended without a word: ${this.#stderr}`);
    return JSON.parse(line) as Ended;
  }
}

/** So many processes do the same work on one file, and begin at the same time. */
export async function together(
  processes: number,
  work: string,
  path: string,
  seed: number,
  count: number,
): Promise<Ended[]> {
  const all = await Promise.all(
    Array.from({ length: processes }, (_, index) => Waiting.start(work, path, seed + index, count)),
  );
  for (const one of all) one.begin();
  return Promise.all(all.map((one) => one.end()));
}
