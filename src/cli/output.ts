import { writeSync } from 'node:fs';
import type { RuntwiceError } from '../core/errors.ts';
import { EXIT } from '../core/exit-code.ts';
import { printable } from '../core/words.ts';

let isStdoutGone = false;
let hasPrinted = false;

/** A reader that went away (`| head`) is no failure of the work; a full disk is one of the report. */
export function watchStdout(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    isStdoutGone = true;
    if (error.code === 'EPIPE') return;
    note(`runtwice: cannot print the report: ${error.message}. Run again to see what is there.`);
    process.once('exit', () => {
      process.exitCode ||= EXIT.failed;
    });
  });
}

/** Prints the report: the only thing that goes to stdout. */
export function print(text: string): void {
  hasPrinted = true;
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

/**
 * One line that says what happened and what to do; with `--json` also the document on stdout, unless
 * the report was printed: there is one document.
 */
export function printError(error: RuntwiceError, json: boolean): void {
  const { code, message, fix } = error;
  const text = message.split('\n').map(printable).join('\n');
  note(`runtwice: ${text}${text.endsWith('?') ? '' : '.'} ${fix}`);
  if (json && !hasPrinted)
    print(JSON.stringify({ schema: 'runtwice.error/1', ok: false, code, message, fix }));
}

/** Whether the terminal can show more than ASCII. */
export function isUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === 'win32') return env['WT_SESSION'] !== undefined;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/iu.test(locale);
}
