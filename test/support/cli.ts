// Runs the built command line as its users do: another process, a folder of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const MAIN: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** How a command ended and what it printed. */
export interface Ended {
  /** The exit code; null where a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  cwd?: string;
  /** Standard input; empty by default. */
  input?: string | Uint8Array;
  /** Added to an environment that says UTF-8 and nothing about colors. */
  env?: Record<string, string>;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Runs `runtwice ARGS` to its end. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  return start([process.execPath, MAIN, ...args], options).ended;
}

/** Starts `runtwice ARGS`; it is killed when the test ends before it does. */
export function startCli(args: readonly string[], options: CliOptions = {}): Running {
  return start([process.execPath, MAIN, ...args], options);
}

/** Runs a line of `sh`, in which `"$@"` is `runtwice`. */
export function shell(line: string, options: CliOptions = {}): Promise<Ended> {
  return start(['sh', '-c', line, 'sh', process.execPath, MAIN], options).ended;
}

/** Starts any program. */
export function start([command = '', ...args]: readonly string[], options: CliOptions): Running {
  const child = spawn(command, args, { cwd: options.cwd, env: plainEnv(options.env) });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  child.stdin.on('error', () => {}).end(options.input);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: stdout(), stderr: stderr() }));
  });
  return { child, ended };
}

/** A new folder with these files in it; removed after the test. */
export function folder(files: Record<string, string | Uint8Array> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'runtwice-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** Node takes `CI` for a terminal without colors. */
function plainEnv(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, LC_ALL: _all, ...kept } = process.env;
  return { ...kept, LANG: 'C.UTF-8', LC_CTYPE: 'C.UTF-8', TERM: 'xterm', ...extra };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  return () => Buffer.concat(parts).toString('utf8');
}
