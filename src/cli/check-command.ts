import { Command } from '../vendor/commander.ts';
import type { SetExit } from './program.ts';

const AFTER = `
The command is run in a copy of this folder, with a home, a /tmp and a network of its own; all else
can only be read. It is run twice in a row, two at once, and killed at each of its effects and then
run again; each result is compared with that of one clean run. With --clock it is also run a day
later, and with --faults while the disk is full or broken, or connections are cut.

Run twice: your files are only read, so the second check says the same.

Examples:
  runtwice check -- python3 export.py
  runtwice check --only twice,interrupted -- make install DESTDIR=out
  runtwice check --budget 5m --json -- ./nightly.sh

Exit codes: 0 safe, also with notes; 1 not safe; 2 usage; 3 inconclusive: something was not seen;
130 interrupted.`;

/** `runtwice check`: its flags and help. The work is loaded when it runs. */
export function checkCommandLine(after: readonly string[] | undefined, setExit: SetExit): Command {
  return new Command('check')
    .helpGroup('Check:')
    .summary('what happens if a command runs twice')
    .description(
      'Says what happens if a command runs twice, by running it: again, together, killed.',
    )
    .usage('[options] -- COMMAND…')
    .option('--only <scenarios>', 'of twice,another-day,together,interrupted,faults')
    .option('--clock', 'also run it again with its clock a day ahead')
    .option('--faults', 'also have writes and connections fail, and run it again')
    .option('--budget <duration>', 'after so long no further kill or fault is begun', '30s')
    .option('--exhaustive', 'kill it at every moment, and have all fail, however long that takes')
    .option('--strict', 'what is safe with notes counts as not safe')
    .option('--timeout <duration>', 'a run that takes longer is ended', '60s')
    .option('--env <name>', 'give it this variable, which looks like a service or secret', collect)
    .option(
      '--unisolated',
      'run it also where this machine cannot keep it apart; never SAFE: see the docs',
    )
    .option('--writable <path>', 'let it write there, too: not a copy', collect)
    .option('--visible <folder>', 'let it see this one, which is in /tmp or /run', collect)
    .option('--ignore <glob>', 'these paths do not count; --because says why not', collect)
    .option('--because <reason>', 'why the paths of the --ignore before it do not count', collect)
    .option(
      '--db <[name=]url>',
      'a database (postgres:, mysql:, redis:) that it gets clones of; the database is only read',
      collect,
    )
    .option('--answers <file>', 'how requests are answered: JSON, see the docs')
    .option('--allow <host>', 'let requests to this one really go out, with every run', collect)
    .option('--mail <name>', 'the variable that has the address of its mail server', collect)
    .option('--kill-before <effect>', "only kill it there: 'write out/a.txt #2'")
    .option('--kill-after <effect>', 'only kill it after this effect')
    .option('--fault <fault>', "only have that fail: 'ENOSPC write out/a.txt #2', 'cut-before 1'")
    .option('--json', 'print the report as JSON')
    .option('--junit <file>', 'also write it there, as XML of JUnit')
    .option('--html <file>', 'also write it there, as one page')
    .option('--github', 'also as annotations and job summary of GitHub Actions')
    .option('--quiet', 'print the verdict only')
    .addHelpText('after', AFTER)
    .action(async (flags: CheckFlags) => {
      const { runCheck } = await import('./check.ts');
      setExit(await runCheck(after, flags));
    });
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** What the parser makes of the command line. */
export interface CheckFlags {
  only?: string;
  budget: string;
  exhaustive?: true;
  strict?: true;
  timeout: string;
  ignore?: string[];
  because?: string[];
  env?: string[];
  unisolated?: true;
  writable?: string[];
  visible?: string[];
  db?: string[];
  answers?: string;
  allow?: string[];
  mail?: string[];
  killBefore?: string;
  killAfter?: string;
  clock?: true;
  faults?: true;
  fault?: string;
  json?: true;
  junit?: string;
  html?: string;
  github?: true;
  quiet?: true;
}
