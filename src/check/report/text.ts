// A report for people: the verdict first, then a line a scenario, then what was found.
import { printable } from '../../core/words.ts';
import {
  type Advice,
  type Answer,
  type CheckReport,
  type Finding,
  MOST_PATHS,
  type ScenarioReport,
  type Verdict,
} from '../report.ts';
import { typed } from '../trial.ts';
import { count } from '../words.ts';

const MARKS: Readonly<Record<Verdict, readonly [sign: string, ascii: string]>> = {
  safe: ['✓', '[ok]'],
  'safe with notes': ['✓', '[ok]'],
  'not safe': ['✗', '[xx]'],
  inconclusive: ['?', '[??]'],
};

/** Why such things happen, and what helps. */
const ADVICE: Readonly<Partial<Record<Answer, readonly [why: string, fix: string]>>> = {
  'silent damage': [
    'the next run takes what is half-done for done.',
    'make a result under a temporary name, and rename it when it is whole.',
  ],
  'repeated effect': [
    'it cannot tell that the effect has happened already.',
    'look whether it happened before doing it, or do it and remember it in one step.',
  ],
  stuck: [
    'what the killed run left makes the next one fail.',
    'remove or take over what an earlier run left, or use a lock that ends with its process.',
  ],
  leftovers: [
    'the killed run could not tidy up.',
    'let the next run remove what earlier ones left, or give temporary files a fixed name.',
  ],
  'changed again': [
    'the second run did the work again.',
    'look first, and skip what is already as it should be.',
  ],
  'settles late': [
    'the second run still had something to do.',
    'bring everything into its final state in one run.',
  ],
  differs: [
    'both look, and then both act.',
    'make the act itself decide: a lock, a link, a unique name.',
  ],
  'both failed': ['each is in the way of the other.', 'let the second one wait, or skip.'],
};

export function reportText(
  report: CheckReport,
  { ascii = false }: { ascii?: boolean } = {},
): string {
  const mark = MARKS[report.verdict][ascii ? 1 : 0];
  const lines = [
    `${mark} ${report.verdict.toUpperCase()}  ${printable(typed(report.command))}`,
    ...report.scenarios.map(scenarioLine),
    ...report.scenarios.flatMap(({ findings }) =>
      findings.flatMap((finding) => ['', findingText(finding)]),
    ),
    ...report.unobserved.map((what) => `  not seen: ${printable(what)}`),
    ...report.notes.map((what) => `  note: ${printable(what)}`),
    `  ${costLine(report)}`,
  ];
  return lines.join('\n');
}

function scenarioLine({ scenario, answer, grade, summary }: ScenarioReport): string {
  const word = grade === 'unsafe' ? answer.toUpperCase() : answer;
  return `  ${scenario.padEnd(12)} ${word.padEnd(16)} ${printable(summary)}`;
}

/** The lines that differ in one of its paths; none where it is no text. */
export function diffAt({ diffs = [] }: Finding, index: number): readonly string[] {
  return diffs.find(({ path }) => path === index)?.lines ?? [];
}

/** Why such a thing happens, and what helps; undefined where there is nothing to mend. */
export function adviceOf({ answer, advice }: Finding): Advice | undefined {
  const usual = ADVICE[answer];
  return advice ?? (usual && { why: usual[0], fix: usual[1] });
}

/** One finding as a paragraph. */
export function findingText(finding: Finding): string {
  const { answer, what, next, steps = [], paths, replay } = finding;
  const advice = adviceOf(finding);
  const more =
    paths.length > MOST_PATHS
      ? [`     … and ${count(paths.length - MOST_PATHS, 'more path')}`]
      : [];
  return [
    `  ${answer}: ${printable(what)}`,
    ...steps.map((step) => `       ${printable(step)}`),
    `     then: ${printable(next)}`,
    ...paths
      .slice(0, MOST_PATHS)
      .flatMap((path, index) => [
        `     ${printable(path)}`,
        ...diffAt(finding, index).map((line) => `       ${printable(line)}`),
      ]),
    ...more,
    ...(advice === undefined
      ? []
      : [`     why: ${printable(advice.why)}`, `     fix: ${printable(advice.fix)}`]),
    `     again: ${printable(replay)}`,
  ].join('\n');
}

const WHERE = { command: ' in copies', operation: ' in this process', server: '' } as const;

/** What the check did and cost, and what no check tries. */
export function costLine(report: CheckReport): string {
  const { subject, runs, points, faults, withheld, elapsedMs } = report;
  const kills = `${points.tried} of ${points.found} moments to kill it at`;
  const failures = faults.found === 0 ? '' : `, ${faults.tried} of ${faults.found} faults`;
  const hidden = withheld.length === 0 ? '' : `; withheld: ${withheld.join(', ')}`;
  const started = `${count(runs, subject === 'server' ? 'start' : 'run')}${WHERE[subject ?? 'command']}`;
  return `${started}, ${kills}${failures}, ${(elapsedMs / 1000).toFixed(1)} s; no power loss tried${hidden}`;
}
