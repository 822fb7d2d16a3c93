// A report for what reads JUnit's XML: a suite a command, a case a scenario. What was not observed is
// never a pass there: dashboards look at the colors only.
import { printable } from '../../core/words.ts';
import type { CheckReport, ScenarioReport } from '../report.ts';
import { typed } from '../trial.ts';
import { costLine, findingText } from './text.ts';

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

interface Case {
  readonly name: string;
  readonly kind: Kind;
  readonly xml: string;
}

export function reportJunit(report: CheckReport): string {
  const suite = attribute(printable(typed(report.command)));
  const cases = [...report.scenarios.map((one) => scenarioCase(one, report)), ...seenCase(report)];
  const tally = ` tests="${cases.length}" failures="${of(cases, 'failure')}" errors="${of(cases, 'error')}" skipped="${of(cases, 'skipped')}" time="${(report.elapsedMs / 1000).toFixed(3)}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="runtwice check"${tally}>`,
    `  <testsuite name="${suite}"${tally}>`,
    ...cases.flatMap(({ name, xml }) => [
      `    <testcase classname="${suite}" name="${attribute(name)}" time="0">`,
      `      ${xml}`,
      '    </testcase>',
    ]),
    `    <system-out>${text(outputOf(report))}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function of(cases: readonly Case[], wanted: Kind): number {
  return cases.filter(({ kind }) => kind === wanted).length;
}

function scenarioCase({ scenario, ...one }: ScenarioReport, { unobserved }: CheckReport): Case {
  const { answer, grade, findings } = one;
  const said = `${answer}: ${printable(one.summary)}`;
  const detail = [said, ...findings.map(findingText)].join('\n\n');
  if (grade === 'unsafe') return problem(scenario, 'failure', answer, said, detail);
  if (grade === 'inconclusive') return problem(scenario, 'error', answer, said, detail);
  if (unobserved.length > 0) {
    return problem(scenario, 'skipped', undefined, `${said}; but not all was seen`, '');
  }
  return { name: scenario, kind: 'passed', xml: `<system-out>${text(detail)}</system-out>` };
}

/** What was not seen, so that a report without a bad scenario, or without any, is red all the same. */
function seenCase({ unobserved, scenarios }: CheckReport): Case[] {
  if (unobserved.length === 0 && scenarios.length > 0) return [];
  const lines = unobserved.length > 0 ? unobserved.map(printable) : ['nothing was asked'];
  const [first = ''] = lines;
  return [problem('all was seen', 'error', 'inconclusive', `not seen: ${first}`, lines.join('\n'))];
}

function problem(
  name: string,
  kind: Exclude<Kind, 'passed'>,
  type: string | undefined,
  message: string,
  detail: string,
): Case {
  const typeText = type === undefined ? '' : ` type="${attribute(type.replaceAll(' ', '-'))}"`;
  const start = `<${kind}${typeText} message="${attribute(message)}"`;
  return { name, kind, xml: detail === '' ? `${start}/>` : `${start}>${text(detail)}</${kind}>` };
}

function outputOf(report: CheckReport): string {
  const notes = report.notes.map((note) => `note: ${printable(note)}`);
  return [report.verdict, ...notes, printable(costLine(report))].join('\n');
}

/** The text between tags. XML can hold neither most control characters nor halves of a pair. */
function text(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

/** In an attribute, line ends and tabs would become spaces. */
function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
