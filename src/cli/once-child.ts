import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { Recorder } from './recorder.ts';

/** How a command ended, and what it printed. */
export interface Ended {
  /** Its exit code, or 128 and the signal's number. */
  readonly code: number;
  /** The signal that ended it and did not come through us. */
  readonly killedBy: NodeJS.Signals | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** More was printed than is kept. */
  readonly isCut: boolean;
}

/** Until it reads a line, it waits; without one, it runs nothing. */
const GATE = 'read -r _ <&3 && exec "$@" 3<&-';

const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/**
 * Runs a command, passes its output on and records it. `attach` is told its process before the command
 * begins, so that it is never running unknown to the ledger.
 */
export async function runChild(
  command: readonly string[],
  attach: (pid: number) => Promise<void>,
): Promise<Ended> {
  const child = spawn('/bin/sh', ['-c', GATE, 'sh', ...command], {
    stdio: ['inherit', 'pipe', 'pipe', 'pipe'],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  const ended = endOf(child);
  const signals = passSignals(child);
  try {
    const stdout = new Recorder(child.stdout, process.stdout);
    const stderr = new Recorder(child.stderr, process.stderr);
    await started(child);
    if (child.pid !== undefined) await attach(child.pid);
    openGate(child);
    const { code, signal } = await ended;
    return {
      code: signal === null ? (code ?? 0) : 128 + constants.signals[signal],
      killedBy: signal === null || signals.passed.has(signal) ? undefined : signal,
      stdout: stdout.bytes(),
      stderr: stderr.bytes(),
      isCut: stdout.isCut || stderr.isCut,
    };
  } finally {
    signals.stop();
  }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

function endOf(
  child: ChildProcess,
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}

function openGate(child: ChildProcess): void {
  const gate = child.stdio[3];
  if (gate === null || gate === undefined || !('end' in gate)) return;
  // Whoever was killed meanwhile reads nothing.
  gate.on('error', () => {});
  gate.end('\n');
}

/** A terminal sends Ctrl-C to the command itself; all else goes through us. */
function passSignals(child: ChildProcess): { passed: Set<NodeJS.Signals>; stop: () => void } {
  const passed = new Set<NodeJS.Signals>();
  const pass = (signal: NodeJS.Signals): void => {
    passed.add(signal);
    const isFromTerminal = (signal === 'SIGINT' || signal === 'SIGQUIT') && process.stdin.isTTY;
    if (!isFromTerminal) child.kill(signal);
  };
  for (const signal of PASSED_ON) process.on(signal, pass);
  const stop = (): void => {
    for (const signal of PASSED_ON) process.off(signal, pass);
  };
  return { passed, stop };
}
