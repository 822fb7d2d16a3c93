import { Command, Option } from '../vendor/commander.ts';
import type { SetExit } from './program.ts';

const AFTER = `
Run twice: the command is not run again. What it printed and its exit code are given out again, and
stderr says so. A command that failed is run again, unless --on-failure keep.

The command line is part of what the key stands for: another command under the same key is refused.
Where an earlier run was killed, nothing is run until somebody says whether it happened, unless
--if-interrupted rerun.

Examples:
  runtwice once nightly-$(date -u +%F) -- ./report.sh
  runtwice once invoice-4711 --if-interrupted rerun -- ./send-invoice 4711
  runtwice once import-2026-11 --wait 10m --on-failure keep -- make import

Exit codes: the command's own; 73 the key stood for something else, 74 unknown, 75 busy,
125 it could not be run, 126 and 127 as of env(1).`;

/** `runtwice once`: its flags and help. The work is loaded when it runs. */
export function onceCommand(after: readonly string[] | undefined, setExit: SetExit): Command {
  return new Command('once')
    .helpGroup('Once:')
    .summary('run a command at most once for a key')
    .description('Runs a command at most once for a key, and gives out its result ever after.')
    .usage('[options] KEY -- COMMAND…')
    .argument('<key>', 'what is to be done once, such as nightly-2026-11-24')
    .option('--operation <name>', 'what is done; keys of different operations never meet', 'once')
    .option('--input <text>', 'text, or a file, that the result depends on too')
    .option('--ledger <url>', 'where keys are remembered (RUNTWICE_LEDGER)')
    .option('--keep <duration>', 'how long the result is kept', 'forever')
    .option('--wait <duration>', 'how long to wait for another run with this key', '10s')
    .option('--lease <duration>', 'how long a run is believed alive without a sign', '30s')
    .addOption(
      new Option('--if-interrupted <policy>', 'where an earlier run was killed')
        .choices(['stop', 'rerun'])
        .default('stop', 'stop: run nothing, exit 74'),
    )
    .addOption(
      new Option('--on-failure <policy>', 'where the command exits with another code than 0')
        .choices(['retry', 'keep'])
        .default('retry', 'retry: the next run runs it again'),
    )
    .option('--quiet', 'do not say on stderr that a result is given out again')
    .option('--report <file>', 'write a JSON report there')
    .addHelpText('after', AFTER)
    .action(async (key: string, flags: OnceFlags) => {
      const { runOnce } = await import('./once.ts');
      setExit(await runOnce(key, after, flags));
    });
}

/** What the parser makes of the command line. */
export interface OnceFlags {
  operation: string;
  input?: string;
  ledger?: string;
  keep: string;
  wait: string;
  lease: string;
  ifInterrupted: 'stop' | 'rerun';
  onFailure: 'retry' | 'keep';
  quiet?: true;
  report?: string;
}
