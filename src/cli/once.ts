import { readFileSync } from 'node:fs';
import type { Duration } from '../core/duration.ts';
import { isRuntwiceError, RuntwiceError } from '../core/errors.ts';
import type { Attempt } from '../once/attempt.ts';
import { NothingHappened } from '../once/errors.ts';
import type { Keep } from '../once/options.ts';
import type { Settled } from '../once/result.ts';
import { openLedger } from '../open.ts';
import { explain, WRAP_EXIT } from './errors.ts';
import { findProgram } from './find-program.ts';
import { writeReportFile } from './items-file.ts';
import { ledgerUrl, NAMESPACE } from './ledger-url.ts';
import { type Ended, runChild } from './once-child.ts';
import type { OnceFlags } from './once-command.ts';
import { onceReport } from './once-report.ts';
import { note, printError } from './output.ts';
import { MAX_RECORDED_BYTES } from './recorder.ts';

/** What is recorded of a command. */
export type Recorded = Pick<Ended, 'code' | 'stdout' | 'stderr' | 'isCut'>;

/** Room for both streams in base64. */
const MAX_RESULT_SIZE = 4 * MAX_RECORDED_BYTES;

/** The command failed, and is to be run again next time. */
class CommandFailed extends NothingHappened {
  readonly exit: number;

  constructor(message: string, exit: number) {
    super(message);
    this.exit = exit;
  }
}

/** Somebody else killed the command: how far it came is not known. */
class CommandKilled extends Error {
  readonly exit: number;

  constructor(signal: string, exit: number) {
    super(`the command was killed by ${signal}`);
    this.exit = exit;
  }
}

/** Runs `runtwice once` and returns its exit code. */
export async function runOnce(
  key: string,
  command: readonly string[] | undefined,
  flags: OnceFlags,
): Promise<number> {
  if (command === undefined || command.length === 0) throw noCommand();
  const input = { command, ...(flags.input !== undefined && { input: inputOf(flags.input) }) };
  const startedAtMs = Date.now();
  const ledger = await openLedger(ledgerUrl(flags.ledger), {
    namespace: NAMESPACE,
    keep: flags.keep as Keep,
    lease: flags.lease as Duration,
    wait: flags.wait as Duration,
    maxResultSize: MAX_RESULT_SIZE,
    onEvent: (event) => {
      if (event.type === 'warning') note(`runtwice: warning: ${event.message}.`);
    },
  });
  try {
    const run = (_input: unknown, attempt: Attempt) => runCommand(command, attempt, flags);
    const { ifInterrupted } = flags;
    const operation = ledger.operation(flags.operation, run, { ifInterrupted });
    const settled = await operation.settle(input, { key });
    if (flags.report !== undefined) {
      writeReportFile(flags.report, `${JSON.stringify(onceReport(settled, key, startedAtMs))}\n`);
    }
    return tell(settled, flags);
  } finally {
    await ledger.close();
  }
}

async function runCommand(
  command: readonly string[],
  attempt: Attempt,
  { onFailure }: OnceFlags,
): Promise<Recorded> {
  requireProgram(command[0] ?? '');
  const { killedBy, ...recorded } = await runChild(command, (pid) => attempt.attach(pid));
  if (killedBy !== undefined) throw new CommandKilled(killedBy, recorded.code);
  if (recorded.code !== 0 && onFailure === 'retry') {
    throw new CommandFailed(`the command exited with ${recorded.code}`, recorded.code);
  }
  return recorded;
}

function requireProgram(program: string): void {
  const found = findProgram(program);
  if (found === 'found') return;
  const why = found === 'missing' ? 'no such command' : 'may not be run';
  note(`runtwice: ${program}: ${why}. Nothing was run; the key is free.`);
  throw new CommandFailed(why, WRAP_EXIT[found]);
}

/** Gives out what is recorded, or says why there is nothing; returns the exit code. */
function tell(settled: Settled<Recorded>, flags: OnceFlags): number {
  if ('error' in settled) return tellError(settled);
  const { outcome, value, firstAt } = settled;
  if (outcome === 'replayed') {
    process.stdout.write(value.stdout);
    process.stderr.write(value.stderr);
    const cut = value.isCut ? ', the beginning of its output' : '';
    if (!flags.quiet) {
      note(`runtwice: replayed${cut}: first run at ${firstAt.toISOString()}; nothing was run now.`);
    }
  }
  return value.code;
}

function tellError({ outcome, error }: Extract<Settled<never>, { error: unknown }>): number {
  if (error instanceof CommandFailed || error instanceof CommandKilled) return error.exit;
  if (isRuntwiceError(error) && error.cause instanceof CommandKilled) {
    note(`runtwice: ${error.cause.message}.`);
  }
  printError(explain(error), false);
  return WRAP_EXIT[outcome];
}

/** The contents of the file of that name, if there is one; else the text itself. */
function inputOf(text: string): string {
  try {
    return readFileSync(text, 'base64');
  } catch {
    return text;
  }
}

function noCommand(): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_USAGE', 'missing the command', {
    fix: 'Usage: runtwice once KEY -- COMMAND… (see runtwice once --help)',
  });
}
