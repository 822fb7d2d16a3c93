import { Command, InvalidArgumentError, Option } from '../vendor/commander.ts';
import type { SetExit } from './program.ts';

const AFTER = `
Run twice: the second run finds every file in place, copies nothing and says so; that is success.
A run that was killed is finished by running it again: no file is ever torn, doubled or replaced.

Examples:
  runtwice export work/ out/                    the contents of a folder, as a tree
  runtwice export *.pdf out/                    files, straight into a folder
  runtwice export --files-from approved.txt work/ out/
  find . -name '*.pdf' -print0 | runtwice export --files-from - -0 out/
  runtwice export --dry-run work/ out/          what would be done
  runtwice export --verify work/ out/           compare all contents, write nothing

Exit codes: 0 every file is there (or what differs was accepted with --on-conflict keep),
1 a file failed, 2 usage, 3 something differs, 130 or 143 interrupted.`;

/** `runtwice export`: its flags and help. The work is loaded when it runs. */
export function exportCommand(after: readonly string[] | undefined, setExit: SetExit): Command {
  return new Command('export')
    .helpGroup('Ensure:')
    .summary('copy files into a folder, skip those that are there')
    .description('Copies files into a folder, skips those that are there, and counts both.')
    .usage('[options] SOURCE… DEST')
    .argument('[paths...]', 'files and folders to export, then the folder to export to')
    .option('--flat', 'put every file straight into DEST, without its folders')
    .option('--files-from <file>', 'only the files listed there, one a line (-: standard input)')
    .option('-0, --null', 'the list is separated by zero bytes, not lines')
    .option('--include <glob>', 'only files that match (may be repeated)', collect)
    .option('--exclude <glob>', 'no file or folder that matches (may be repeated)', collect)
    .addOption(
      new Option('--identity <how>', 'when a file of that name counts as the same one')
        .choices(['auto', 'content', 'size', 'name'])
        .default('auto', 'auto: same size and time, or same bytes'),
    )
    .addOption(
      new Option('--on-conflict <policy>', 'where the name is taken by something else')
        .choices(['report', 'keep', 'replace', 'rename'])
        .default('report', 'report: leave it, exit 3'),
    )
    .addOption(
      new Option('--durability <level>', 'when a copy must be on disk')
        .choices(['group', 'file', 'none'])
        .default('group', 'group: before its name is visible, many at a time'),
    )
    .addOption(
      new Option('--symlinks <policy>', 'links found inside a folder')
        .choices(['copy', 'follow', 'skip'])
        .default('copy', 'copy: as links'),
    )
    .option('--verify', 'compare the contents of all files, write nothing')
    .option('--dry-run', 'look only, say what would be done')
    .option('--jobs <n>', 'large files copied at the same time (default: 2)', wholeNumber)
    .option('--json', 'print one JSON document instead of the report')
    .option('--quiet', 'print nothing when all is well')
    .option('--items <file>', 'write every file and its outcome there, one JSON line each')
    .option('--report <file>', 'write the JSON report there too')
    .option('--exit-changed', 'exit 10 when something was exported')
    .addHelpText('after', AFTER)
    .action(async (paths: string[], flags: ExportFlags) => {
      const { runExport } = await import('./export.ts');
      setExit(await runExport([...paths, ...(after ?? [])], flags));
    });
}

/** What the parser makes of the command line. */
export interface ExportFlags {
  flat?: true;
  filesFrom?: string;
  null?: true;
  include?: string[];
  exclude?: string[];
  identity: 'auto' | 'content' | 'size' | 'name';
  onConflict: 'report' | 'keep' | 'replace' | 'rename';
  durability: 'group' | 'file' | 'none';
  symlinks: 'copy' | 'follow' | 'skip';
  verify?: true;
  dryRun?: true;
  jobs?: number;
  json?: true;
  quiet?: true;
  items?: string;
  report?: string;
  exitChanged?: true;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
