import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { CannotIsolate } from './cannot-check.ts';
import { collect } from './output.ts';

/**
 * The processes that all runs of a command are among: a later run sees that those of an earlier one are
 * dead, and has other ids. They end with us, whatever ends us.
 */
export class Processes {
  /** The first of them. */
  readonly pid: number;
  readonly #holder: ChildProcess;

  private constructor(pid: number, holder: ChildProcess) {
    this.pid = pid;
    this.#holder = holder;
  }

  /** @throws CannotIsolate */
  static async start(helper: string): Promise<Processes> {
    const holder = spawn(helper, ['--hold'], { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
    const [said, pid] = [collect(holder.stderr), firstLine(holder.stdout)];
    const why = await once(holder, 'spawn').catch((error: Error) => error.message);
    if ((await pid) !== '') return new Processes(Number(await pid), holder);
    const what = typeof why === 'string' ? why : (await said).trim();
    throw new CannotIsolate(what);
  }

  end(): void {
    this.#holder.stdin?.end();
  }
}

/** Empty where it ended before. */
async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return text.split('\n', 1)[0] ?? '';
}
