// Starts programs in process groups of their own, so that all of a tree can be ended at once.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Stop } from './stop.ts';

export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What was written to file descriptor 3. */
  readonly extra: string;
}

const TAIL = 4_000;
const running = new Set<number>();

export function run(command: readonly string[], discardOutput = false): Promise<Ended> {
  const [file = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', discardOutput ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: environment(),
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    const texts = [1, 2, 3].map((fd) => {
      const text = { value: '' };
      child.stdio[fd]?.on('data', (chunk: Buffer) => {
        text.value = (text.value + chunk.toString()).slice(-TAIL);
      });
      return text;
    });
    const over = () => pid !== undefined && running.delete(pid);
    child.on('error', (error) => {
      over();
      reject(error);
    });
    child.on('close', (code, signal) => {
      over();
      const [stdout = '', stderr = '', extra = ''] = texts.map((text) => text.value);
      const exit = code ?? 128;
      resolve({ exit, stdout, stderr: signal ? `${stderr}\nended by ${signal}` : stderr, extra });
    });
  });
}

/** Runs a helper of the bench itself, which has to work. */
export async function must(command: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await run(command);
  if (exit !== 0) throw new Stop(`${command[0]} failed (exit ${exit}): ${stderr.trim()}`);
  return stdout;
}

/** Ends all that still runs, and waits (at most 5 s) until it is gone. */
export function stopRunning(): void {
  for (const group of running) signal(group, 'SIGKILL');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tries = 0; tries < 250 && [...running].some((group) => signal(group, 0)); tries++) {
    Atomics.wait(pause, 0, 0, 20);
  }
}

/** Whether a program of that name is in PATH. */
export function isInPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}

/** The caller's environment without what would change how Node runs, and with plain numbers. */
function environment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...rest } = process.env;
  return { ...rest, LC_ALL: 'C' };
}
