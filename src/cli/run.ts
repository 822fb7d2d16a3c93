import { EXIT } from '../core/exit-code.ts';
import { CommanderError } from '../vendor/commander.ts';
import { splitArgv } from './argv.ts';
import { errorExit, explain, usageError } from './errors.ts';
import { printError, watchStdout } from './output.ts';
import { createProgram } from './program.ts';

/** Runs one command line and returns its exit code. Never throws. */
export async function run(args: readonly string[]): Promise<number> {
  watchStdout();
  const argv = splitArgv(args);
  const json = argv.own.includes('--json');
  let exit: number = EXIT.ok;
  try {
    const program = createProgram(argv.after, (code) => {
      exit = code;
    });
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(argv.own, { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const told = error instanceof CommanderError ? usageError(error) : explain(error);
    printError(told, json);
    return errorExit(told, argv.own[0]);
  }
}
