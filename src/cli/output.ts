import { writeSync } from 'node:fs';
import type { RuntwiceError } from '../core/errors.ts';
import { printable } from '../core/words.ts';

let isStdoutGone = false;

/** A reader that went away (`| head`) is no failure of the work. */
export function watchStdout(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isStdoutGone = true;
  });
}

/** Prints the report: the only thing that goes to stdout. */
export function print(text: string): void {
  if (!isStdoutGone) process.stdout.write(`${text}\n`);
}

/** Prints something about the run, beside the report. */
export function note(text: string): void {
  try {
    writeSync(process.stderr.fd, `${text}\n`);
  } catch {
    // Nobody is there to read it.
  }
}

/** One line that says what happened and what to do; with `--json` also the document on stdout. */
export function printError(error: RuntwiceError, json: boolean): void {
  const { code, message, fix } = error;
  const text = message.split('\n').map(printable).join('\n');
  note(`runtwice: ${text}${text.endsWith('?') ? '' : '.'} ${fix}`);
  if (json) print(JSON.stringify({ schema: 'runtwice.error/1', ok: false, code, message, fix }));
}

/** Whether the terminal can show more than ASCII. */
export function isUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === 'win32') return env['WT_SESSION'] !== undefined;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/iu.test(locale);
}
