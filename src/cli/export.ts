import { RuntwiceError } from '../core/errors.ts';
import { EXIT, exitCode } from '../core/exit-code.ts';
import { type ExportOptions, type ExportReport, exportFiles } from '../ensure/files/index.ts';
import type { ExportFlags } from './export-command.ts';
import { exportText } from './export-text.ts';
import { ItemsFile, writeReportFile } from './items-file.ts';
import { readListFile } from './list-file.ts';
import { print } from './output.ts';
import { startProgress } from './progress.ts';
import { Interruption } from './signals.ts';

/** Runs `runtwice export` and returns its exit code. */
export async function runExport(paths: readonly string[], flags: ExportFlags): Promise<number> {
  const { sources, destination } = splitPaths(paths, flags);
  const only = flags.filesFrom === undefined ? {} : { only: readList(flags) };
  const items = flags.items === undefined ? undefined : new ItemsFile(flags.items);
  const interruption = new Interruption();
  const progress = await startProgress(flags.dryRun || flags.verify ? 'Looking' : 'Exporting');
  try {
    const report = await exportFiles(sources, destination, {
      ...optionsOf(flags),
      ...only,
      signal: interruption.signal,
      ...(items && { onItem: (item) => items.add(item) }),
      ...(progress && { onProgress: (state) => progress.show(state) }),
    });
    progress?.end();
    await printReport(report, flags, interruption.exitCode !== undefined);
    return interruption.exitCode ?? exitOf(report, flags);
  } finally {
    progress?.end();
    interruption.end();
    items?.close();
  }
}

function splitPaths(
  paths: readonly string[],
  flags: ExportFlags,
): { sources: readonly string[]; destination: string } {
  const destination = paths.at(-1);
  const sources = paths.slice(0, -1);
  if (destination !== undefined && (sources.length > 0 || flags.filesFrom !== undefined)) {
    return { sources, destination };
  }
  throw new RuntwiceError(
    'ERR_RUNTWICE_USAGE',
    destination === undefined
      ? 'missing SOURCE and DEST'
      : `missing DEST: only one path was given (${destination})`,
    { fix: 'Usage: runtwice export SOURCE… DEST (see runtwice export --help)' },
  );
}

function readList(flags: ExportFlags): Uint8Array[] {
  return readListFile(flags.filesFrom ?? '-', flags.null ?? false);
}

function optionsOf(flags: ExportFlags): ExportOptions {
  const { identity, onConflict, durability, symlinks, include, exclude, jobs } = flags;
  return {
    identity,
    onConflict,
    durability,
    symlinks,
    ...(include && { include }),
    ...(exclude && { exclude }),
    ...(jobs && { jobs }),
    flat: flags.flat ?? false,
    dryRun: flags.dryRun ?? false,
    verify: flags.verify ?? false,
  };
}

async function printReport(
  report: ExportReport,
  flags: ExportFlags,
  interrupted: boolean,
): Promise<void> {
  const json = JSON.stringify(report);
  if (flags.json) print(json);
  else if (!flags.quiet || !report.ok) print(await exportText(report, interrupted));
  if (flags.report !== undefined) writeReportFile(flags.report, `${json}\n`);
}

function exitOf(report: ExportReport, flags: ExportFlags): number {
  const code = exitCode(report, flags.onConflict === 'keep' ? ['differs'] : []);
  return code === EXIT.ok && flags.exitChanged && report.done > 0 ? EXIT.changed : code;
}
