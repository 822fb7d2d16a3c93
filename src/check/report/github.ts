// A report for GitHub Actions: lines that become annotations, and a summary of the job in Markdown.
import { printable } from '../../core/words.ts';
import {
  type CheckReport,
  type Finding,
  type Grade,
  MOST_PATHS,
  type ScenarioReport,
} from '../report.ts';
import { typed } from '../trial.ts';
import { count } from '../words.ts';
import { adviceOf, costLine, diffAt } from './text.ts';

/** The lines that GitHub Actions reads as annotations: one for each scenario that is not simply safe. */
export function githubCommands(report: CheckReport): string[] {
  const command = printable(typed(report.command));
  const { unobserved } = report;
  const lines = report.scenarios.flatMap((one) => scenarioCommand(one, command));
  const blind =
    unobserved.length > 0
      ? [commandLine('error', UNKNOWN, [command, ...unobserved.map((what) => `not seen: ${what}`)])]
      : [];
  if (lines.length + blind.length > 0) return [...lines, ...blind];
  // Also where nothing was asked: silence would read as success.
  return report.verdict === 'safe'
    ? [commandLine('notice', 'Safe to run twice', [command])]
    : [commandLine('error', UNKNOWN, [command, report.verdict])];
}

const UNKNOWN = 'Not known whether it is safe to run twice';

const LEVELS: Readonly<Partial<Record<Grade, readonly [level: string, title: string]>>> = {
  note: ['notice', 'Safe to run twice, with a note'],
  unsafe: ['error', 'Not safe to run twice'],
  inconclusive: ['error', UNKNOWN],
};

function scenarioCommand(one: ScenarioReport, command: string): string[] {
  const level = LEVELS[one.grade];
  if (level === undefined) return [];
  const said = `${one.scenario}: ${one.answer}, ${one.summary}`;
  const findings = one.findings.flatMap((finding) => [
    `${finding.what}, then ${finding.next}`,
    `again: ${finding.replay}`,
  ]);
  return [commandLine(level[0], level[1], [command, said, ...findings])];
}

function commandLine(level: string, title: string, lines: readonly string[]): string {
  const message = lines.map((line) => printable(line)).join('\n');
  return `::${level} title=${property(title)}::${data(message)}`;
}

/** As GitHub's own @actions/core writes them. */
function data(value: string): string {
  return value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(value: string): string {
  return data(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

const SIGNS = {
  safe: '✅',
  'safe with notes': '✅',
  'not safe': '❌',
  inconclusive: '❔',
} as const;

/** The summary of the job, to be put at the end of the file that GITHUB_STEP_SUMMARY names. */
export function githubSummary(report: CheckReport): string {
  const rows = report.scenarios.map(
    ({ scenario, answer, grade, summary }) =>
      `| ${scenario} | ${grade === 'unsafe' ? `**${answer}**` : answer} | ${plain(summary)} |`,
  );
  const table = rows.length === 0 ? [] : ['| scenario | answer | |', '|---|---|---|', ...rows, ''];
  const findings = report.scenarios.flatMap((one) => one.findings.flatMap(findingItems));
  const lines = [
    `### ${SIGNS[report.verdict]} ${report.verdict.toUpperCase()}: ${code(typed(report.command))}`,
    '',
    ...table,
    ...findings,
    ...report.unobserved.map((what) => `- not seen: ${plain(what)}`),
    ...report.notes.map((what) => `- note: ${plain(what)}`),
    ...(report.unobserved.length + report.notes.length + findings.length > 0 ? [''] : []),
    plain(costLine(report)),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function findingItems(finding: Finding): string[] {
  const { answer, what, next, steps = [], paths, replay } = finding;
  const advice = adviceOf(finding);
  const more = paths.length - MOST_PATHS;
  return [
    `- **${answer}**: ${plain(what)}, then ${plain(next)}`,
    ...steps.map((step) => `  - ${plain(step)}`),
    ...paths.slice(0, MOST_PATHS).map((path, index) => {
      const diff = diffAt(finding, index).map((line) => `<br>${code(line)}`);
      return `  - ${plain(path)}${diff.join('')}`;
    }),
    ...(more > 0 ? [`  - … and ${count(more, 'more path')}`] : []),
    ...(advice === undefined
      ? []
      : [`  - why: ${plain(advice.why)}`, `  - fix: ${plain(advice.fix)}`]),
    `  - again: ${code(replay)}`,
  ];
}

/** A character that is written as a number is never Markdown, HTML, a link or somebody's name. */
function plain(value: string): string {
  return printable(value)
    .toWellFormed()
    .replaceAll(/[^\p{L}\p{N} ]/gu, (char) => `&#${char.codePointAt(0)};`);
}

function code(value: string): string {
  return `<code>${plain(value)}</code>`;
}
