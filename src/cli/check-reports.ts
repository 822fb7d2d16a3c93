import { appendFileSync } from 'node:fs';
import {
  type CheckReport,
  githubCommands,
  githubSummary,
  reportHtml,
  reportJunit,
} from '../check/index.ts';
import type { CheckFlags } from './check-command.ts';
import { unwritable, writeReportFile } from './items-file.ts';
import { note, print } from './output.ts';

/**
 * Writes the further forms of a report that was printed. One that cannot be written does not keep the
 * others from it.
 * @throws ERR_RUNTWICE_OUTPUT_UNWRITABLE for the first that could not be written.
 */
export function writeReports(
  report: CheckReport,
  { junit, html, github, json }: CheckFlags,
  env: NodeJS.ProcessEnv = process.env,
): void {
  const summary = env['GITHUB_STEP_SUMMARY'];
  // GitHub reads commands from either stream; with --json the report is alone on stdout.
  if (github) for (const line of githubCommands(report)) (json ? note : print)(line);
  const writes = [
    () => junit !== undefined && writeReportFile(junit, reportJunit(report)),
    () => html !== undefined && writeReportFile(html, reportHtml(report)),
    () => github && summary && append(summary, githubSummary(report)),
  ];
  const errors = writes.flatMap((write) => {
    try {
      write();
      return [];
    } catch (error) {
      return [error];
    }
  });
  if (errors.length > 0) throw errors[0];
}

/** Earlier commands of the same step have written there, too. */
function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (error) {
    throw unwritable(file, error);
  }
}
