import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type Duration, durationMs } from '../../core/duration.ts';
import { RuntwiceError } from '../../core/errors.ts';
import { accepts } from './accepts.ts';
import type { RunningServer, StartServer } from './options.ts';

export interface ServerProcess {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** Where it listens. */
  readonly url: string | URL;
  /** Default the current folder. */
  readonly cwd?: string;
  /** Default those of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** It has to accept connections after so long; default 30 s. */
  readonly ready?: Duration;
}

/**
 * A `start` for `checkHttpServer`: runs a command in a process group of its own, waits until its address
 * accepts connections, and kills the whole group. What it prints is not shown, only said where it does not start.
 *
 * Run twice: each call starts one more process, so the first has to be killed before.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT from `start`, where it ends or does not listen in time.
 */
export function serverProcess(how: ServerProcess): StartServer {
  const readyMs = durationMs(how.ready ?? '30s', 'ready');
  const url = new URL(how.url);
  return async () => {
    if (await accepts(url)) throw notStarted(how, `somebody else listens on ${url.host}`);
    const server = launch(how, url);
    const late = performance.now() + readyMs;
    while (!(await accepts(url))) {
      const why = server.hasEnded() ? 'it ended before it listened' : 'it does not listen in time';
      if (server.hasEnded() || performance.now() > late) {
        await server.kill();
        throw notStarted(how, why + server.words());
      }
      await delay(10);
    }
    return server;
  };
}

interface Launched extends RunningServer {
  hasEnded(): boolean;
  words(): string;
}

function launch({ command, cwd, env }: ServerProcess, url: URL): Launched {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...(env ?? process.env) },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let hasEnded = false;
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-1000);
    });
  }
  const atExit = () => killGroup(child.pid);
  process.once('exit', atExit);
  const ended = new Promise<void>((resolve) => {
    const end = (error?: unknown) => {
      hasEnded = true;
      process.off('exit', atExit);
      if (error instanceof Error) said = error.message;
      resolve();
    };
    child.on('error', end).on('exit', () => end());
  });
  return {
    url,
    command,
    hasEnded: () => hasEnded,
    words: () => (said.trim() === '' ? '' : `; it said: ${said.trim()}`),
    async kill() {
      killGroup(child.pid);
      await ended;
      // Others of its group may take a moment longer than the first of it.
      const late = performance.now() + GONE_MS;
      while ((await accepts(url)) && performance.now() < late) await delay(5);
    },
  };
}

const GONE_MS = 5000;

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // All of the group has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function notStarted({ command }: ServerProcess, why: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `the server cannot be checked: ${why}`,
    {
      fix: 'Give a command that starts the server, and the address that it listens on.',
      data: { command },
    },
  );
}
