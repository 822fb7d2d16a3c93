import { Command, Option } from '../vendor/commander.ts';
import type { LedgerActions } from './ledger.ts';
import type { SetExit } from './program.ts';

const AFTER = `
Run twice: looking changes nothing. Resolving or forgetting what is resolved or forgotten changes
nothing, and says so.

Examples:
  runtwice ledger ls --state unknown
  runtwice ledger show nightly-2026-11-24
  runtwice ledger resolve nightly-2026-11-24 --did-not-happen
  runtwice ledger resolve nightly-2026-11-24 --result output.txt

Exit codes: 0 done, 1 it could not be done, 2 usage.`;

/** `runtwice ledger`: looks at the keys of a ledger, resolves and forgets them. */
export function ledgerCommand(_after: readonly string[] | undefined, setExit: SetExit): Command {
  const act = async <Name extends keyof LedgerActions>(
    name: Name,
    ...args: Parameters<LedgerActions[Name]>
  ): Promise<void> => {
    const { ledgerActions } = await import('./ledger.ts');
    const action = ledgerActions[name] as (
      ...args: Parameters<LedgerActions[Name]>
    ) => Promise<number>;
    setExit(await action(...args));
  };
  const ledger = new Command('ledger')
    .helpGroup('Once:')
    .summary('look at keys, resolve and forget them')
    .description('Looks at the keys of a ledger, resolves and forgets them.')
    .addHelpText('after', AFTER);

  sub(ledger, 'ls', 'list keys')
    .addOption(
      new Option('--state <state>', 'only keys in this state').choices([
        'running',
        'done',
        'failed',
        'released',
        'unknown',
      ]),
    )
    .option('--json', 'print JSON lines')
    .action((flags) => act('ls', flags));
  sub(ledger, 'show', 'show a key with its result', '<key>')
    .option('--json', 'print one JSON document')
    .action((key, flags) => act('show', key, flags));
  sub(ledger, 'stats', 'count the keys in each state')
    .option('--json', 'print one JSON document')
    .action((flags) => act('stats', flags));
  sub(ledger, 'resolve', 'say whether an unknown run happened', '<key>')
    .option('--did-not-happen', 'it did not: the next run runs the command')
    .option('--result <file>', 'it did: what later runs are given (-: standard input)')
    .option('--force', 'also while it seems to run')
    .action((key, flags) => act('resolve', key, flags));
  sub(ledger, 'forget', 'forget a key and its result: the next run is a new one', '<key>')
    .option('--force', 'also where it is running or unknown')
    .action((key, flags) => act('forget', key, flags));
  sub(ledger, 'purge', 'drop what was kept and remembered long enough').action((flags) =>
    act('purge', flags),
  );
  sub(
    ledger,
    'schema',
    'print the SQL that makes its tables, for those who let no program do so',
  ).action((flags) => act('schema', flags));
  return ledger;
}

function sub(parent: Command, name: string, summary: string, argument?: string): Command {
  const command = parent
    .command(name)
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
    .option('--ledger <url>', 'which ledger (RUNTWICE_LEDGER)')
    .option('--namespace <name>', 'the namespace of its keys', 'runtwice')
    .option('--scope <scope>', 'the scope of the key')
    .option('--operation <name>', 'the operation of the key')
    .addHelpText('after', () => `\n${RUN_TWICE[name]}`);
  return argument === undefined ? command : command.argument(argument, 'the key');
}

const RUN_TWICE: Readonly<Record<string, string>> = {
  ls: 'Run twice: it only looks.',
  show: 'Run twice: it only looks.',
  stats: 'Run twice: it only looks.',
  resolve:
    'Run twice: the second run changes nothing, says that the key is not unknown, and exits 1.',
  forget: 'Run twice: the second run finds nothing to forget, says so and exits 0.',
  purge: 'Run twice: the second run finds nothing to drop.',
  schema: 'Run twice: it only prints. Its SQL may be run twice, too: it makes what is absent.',
};
