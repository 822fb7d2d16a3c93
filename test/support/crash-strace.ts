// Kills a real export at a chosen system call: strace delivers SIGKILL as the call is entered, so it
// has no effect, and the disk is as the call before it left it.
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAIN } from './cli.ts';

/** Whatever changes a file system. */
const MUTATING = [
  'openat',
  'mkdir',
  'link',
  'unlink',
  'rmdir',
  'rename',
  'symlink',
  'write',
  'pwrite64',
  'copy_file_range',
  'sendfile',
  'ftruncate',
  'fchmod',
  'utimensat',
  'fsync',
] as const;

export const HAS_STRACE: boolean = spawnSync('strace', ['--version']).status === 0;

/** The nth call of that name in its thread. */
export interface KillPoint {
  readonly call: string;
  readonly nth: number;
}

/** How an export under strace ended. */
export interface Fate {
  /** SIGKILL where the call was reached. */
  readonly signal: string | null;
  readonly code: number | null;
  readonly stdout: string;
}

let logs = 0;

/** The calls of a clean run that change something below `to`, in order. */
export async function killPoints(args: readonly string[], to: string): Promise<KillPoint[]> {
  const log = join(tmpdir(), `runtwice-strace-${process.pid}-${logs++}`);
  try {
    await strace(['-f', '-y', '-s', '0', '-e', `trace=${MUTATING.join(',')}`, '-o', log], args);
    return parse(readFileSync(log, 'utf8'), to);
  } finally {
    rmSync(log, { force: true });
  }
}

/**
 * Calls are counted for each thread. A call of another thread whose number the main thread reaches
 * too cannot be hit alone; the state before it is the state after the call before it.
 */
function parse(log: string, to: string): KillPoint[] {
  const counts = new Map<string, number>();
  const found: (KillPoint & { thread: string })[] = [];
  let main: string | undefined;
  for (const line of log.split('\n')) {
    const [, thread, call, rest] = /^(\d+)\s+(\w+)\((.*)$/u.exec(line) ?? [];
    if (thread === undefined || call === undefined || rest === undefined) continue;
    main ??= thread;
    const key = `${thread} ${call}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    if (changes(call, rest, to)) found.push({ thread, call, nth });
  }
  return found.filter(
    ({ thread, call, nth }) => thread === main || nth > (counts.get(`${main} ${call}`) ?? 0),
  );
}

function changes(call: string, rest: string, to: string): boolean {
  if (call === 'openat') return rest.includes('O_CREAT') && rest.includes(to);
  if (call === 'write' || call === 'pwrite64') return rest.includes(to);
  return true;
}

/** Runs the export and kills it at that call. */
export function killAt({ call, nth }: KillPoint, args: readonly string[]): Promise<Fate> {
  return inject(call, `signal=KILL:when=${nth}`, args);
}

/** Runs the export, as slowly as one that is to be killed. */
export function traceOnly({ call }: KillPoint, args: readonly string[]): Promise<Fate> {
  return inject(call, 'signal=KILL:when=60000', args);
}

/** Runs the export with a call that fails once with that error. */
export function failAt(
  { call, nth }: KillPoint,
  error: string,
  args: readonly string[],
): Promise<Fate> {
  return inject(call, `error=${error}:when=${nth}`, args);
}

function inject(call: string, what: string, args: readonly string[]): Promise<Fate> {
  const fault = `inject=${call}:${what}`;
  return strace(['-f', '-qq', '-e', `trace=${call}`, '-e', fault, '-o', '/dev/null'], args);
}

/** Runs the export under strace. */
export function strace(options: readonly string[], args: readonly string[]): Promise<Fate> {
  const child = spawnTraced(options, args);
  let stdout = '';
  child.stdout.on('data', (part: Buffer) => {
    stdout += part.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ signal, code, stdout }));
  });
}

function spawnTraced(options: readonly string[], args: readonly string[]) {
  return spawn('strace', [...options, process.execPath, MAIN, 'export', ...args], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '1', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
