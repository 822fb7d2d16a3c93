import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Address } from '../scenarios/address.ts';
import { CannotIsolate } from './cannot-check.ts';
import { toldBy } from './effects.ts';
import type { Launched, RunOptions } from './launch.ts';
import { bytesOf, collect } from './output.ts';

/** The helper's own codes: the command was not run. */
const CANNOT = new Set([96, 97, 98]);

export interface HelperRun {
  readonly helper: string;
  readonly args: readonly string[];
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Has the helper run a command, tell its effects and end it.
 * @throws CannotIsolate where it cannot.
 */
export async function runByHelper(run: HelperRun): Promise<Launched> {
  const { helper, args, command, cwd, env, timeoutMs, signal } = run;
  const startedAt = performance.now();
  const child = spawn(helper, [...args, '--events', '3', '--', ...command], {
    env,
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(signal !== undefined && { signal }),
  });
  const [ended, stdout, stderr, told] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    collect(child.stdout as Readable),
    collect(child.stderr as Readable),
    bytesOf(child.stdio[3] as Readable),
  ]);
  const seen = toldBy(told.toString());
  const wasRun = seen.ends.length > 0 || seen.isKilled;
  if (!wasRun && CANNOT.has(ended[0] ?? 0)) throw new CannotIsolate(stderr.trim());
  const elapsedMs = performance.now() - startedAt;
  return { ...seen, stdout, stderr, isTimedOut: !wasRun && child.killed, elapsedMs };
}

/** What is asked of the run, as the helper is told it. */
export function askedOf({ kill, fail, againAfterMs, clockAheadMs }: RunOptions): string[] {
  return [
    ...(kill === undefined ? [] : ['--kill', kill.when, ...addressArgs(kill)]),
    ...(fail === undefined ? [] : ['--fail', fail.how, ...addressArgs(fail)]),
    ...(againAfterMs === undefined ? [] : ['--again-after', String(againAfterMs)]),
    ...(clockAheadMs === undefined ? [] : ['--clock-ahead', String(clockAheadMs / 1000)]),
  ];
}

function addressArgs({ name, path, nth }: Address): string[] {
  return ['--effect', name, '--path', path, '--nth', String(nth)];
}
