import { readFileSync } from 'node:fs';
import { Command } from '../vendor/commander.ts';
import { checkCommandLine } from './check-command.ts';
import { exportCommand } from './export-command.ts';
import { ledgerCommand } from './ledger-command.ts';
import { onceCommand } from './once-command.ts';
import { print } from './output.ts';
import { proxyCommand } from './proxy-command.ts';

/** What a command does with its exit code. */
export type SetExit = (code: number) => void;

const ABOUT = `Makes operations safe to run twice, and proves it.
Every command looks first, skips what is there, and reports both.`;

const AFTER = `
Run twice: every command answers this in its own --help.

Exit codes: 0 the wanted state holds (also when there was nothing to do), 1 something failed,
2 usage, 3 something differs, 4 unknown, 75 busy, 130 or 143 interrupted.`;

/** The commands. Each loads what it needs only when it runs. */
export function createProgram(after: readonly string[] | undefined, setExit: SetExit): Command {
  const program = new Command('runtwice')
    .description(ABOUT)
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', AFTER)
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.replace(/\n$/u, '')), writeErr: () => {} });
  for (const command of [
    exportCommand,
    onceCommand,
    proxyCommand,
    ledgerCommand,
    checkCommandLine,
  ]) {
    program.addCommand(command(after, setExit).copyInheritedSettings(program));
  }
  return program;
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  const { version: text } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return text;
}
