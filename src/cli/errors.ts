import { type ErrorCode, isRuntwiceError, RuntwiceError } from '../core/errors.ts';
import { EXIT } from '../core/exit-code.ts';
import type { CommanderError } from '../vendor/commander.ts';

/** Errors of the one who typed the command: exit code 2. */
const USAGE: ReadonlySet<ErrorCode> = new Set([
  'ERR_RUNTWICE_USAGE',
  'ERR_RUNTWICE_INVALID_ARGUMENT',
  'ERR_RUNTWICE_SOURCE_MISSING',
  'ERR_RUNTWICE_LIST_UNREADABLE',
  'ERR_RUNTWICE_OUTPUT_UNWRITABLE',
  'ERR_RUNTWICE_DESTINATION_IN_SOURCE',
]);

/** What commands that run another one exit with by themselves. */
export const WRAP_EXIT = {
  differs: 73,
  unknown: 74,
  busy: 75,
  failed: 125,
  forbidden: 126,
  missing: 127,
} as const;

/** Commands that exit with another's code: theirs must not be taken for it. */
const WRAPPING: ReadonlySet<string | undefined> = new Set(['once']);

/** The exit code for an error that ended the command of that name. */
export function errorExit(error: RuntwiceError, command: string | undefined): number {
  if (WRAPPING.has(command)) return WRAP_EXIT.failed;
  return USAGE.has(error.code) ? EXIT.usage : EXIT.failed;
}

/** What the parser says, as an error of ours. */
export function usageError(error: CommanderError): RuntwiceError {
  const message =
    error.code === 'commander.help'
      ? 'there is no such command'
      : error.message.replace(/^error: /u, '').replace(/\n\s*\((.+)\)/u, '. $1');
  return new RuntwiceError('ERR_RUNTWICE_USAGE', message.replace(/\.$/u, ''), {
    fix: 'See: runtwice --help',
    cause: error,
  });
}

/** Anything that was thrown, as an error that can be shown. */
export function explain(error: unknown): RuntwiceError {
  if (isRuntwiceError(error)) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new RuntwiceError('ERR_RUNTWICE_INTERNAL', `unexpected error: ${message}`, {
    fix: 'This is a fault in runtwice: please report it. Running again is safe.',
    cause: error,
  });
}
