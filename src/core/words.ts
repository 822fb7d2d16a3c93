import { type Counts, OUTCOME_GROUPS, OUTCOMES, type Outcome } from './outcome.ts';
import type { Report, ReportItem } from './report.ts';

/** The two forms of an operation's verb. */
export interface Verb {
  /** "exported" */
  did: string;
  /** "export", as in "would export" */
  would: string;
}

/** The words an operation uses for its outcomes. */
export interface Words {
  /** The verb of each outcome in the groups done and already; one that is missing cannot occur. */
  verbs: Partial<Record<Outcome, Verb>>;
  /** Said in brackets after the skips: "already in folder". */
  already: string;
  /** The whole sentence when nothing had to be done and nothing needs attention. */
  settled(report: Pick<Report, 'total' | 'dryRun'>): string;
}

/** How a sentence is written. */
export interface Style {
  /** `[ok] [!!] [xx]` in place of `✓ ! ✗`, for terminals that cannot show them. */
  ascii?: boolean;
  /** The run was ended by a signal. */
  interrupted?: boolean;
}

const MARKS = { good: '✓', note: '!', bad: '✗' } as const;
const ASCII_MARKS = { good: '[ok]', note: '[!!]', bad: '[xx]' } as const;

/** Failures first. */
const ATTENTION: readonly (readonly [Outcome, one: string, many: string])[] = [
  ['failed', 'failed', 'failed'],
  ['unknown', 'unknown', 'unknown'],
  ['differs', 'differs', 'differ'],
  ['busy', 'busy', 'busy'],
  ['untried', 'untried', 'untried'],
];

/** The first line of a report: a verdict, never a bare number. */
export function verdict(report: Report<object>, words: Words, style: Style = {}): string {
  const marks = style.ascii ? ASCII_MARKS : MARKS;
  return `${marks[tone(report)]} ${sentence(report, words, style)}`;
}

function tone(report: Report<object>): keyof typeof MARKS {
  if (report.counts.failed + report.counts.untried > 0) return 'bad';
  return report.ok ? 'good' : 'note';
}

function sentence(report: Report<object>, words: Words, style: Style): string {
  const { counts } = report;
  if (report.done === 0 && report.attention === 0 && !style.interrupted) {
    return words.settled(report);
  }
  const attention = ATTENTION.filter(([outcome]) => counts[outcome] > 0).map((row) =>
    attentionPart(row, report),
  );
  const work = [workPart(report, words), ...attention].join('; ');
  const sentences = [`${capitalized(style.interrupted ? `interrupted: ${work}` : work)}.`];
  if (report.dryRun) sentences.push('Nothing was written.');
  else if (counts.failed + counts.untried > 0) {
    sentences.push('Run again to finish: nothing is lost or doubled.');
  }
  return sentences.join(' ');
}

function workPart(report: Report<object>, words: Words): string {
  const { counts, dryRun } = report;
  const said = OUTCOMES.filter((outcome) => OUTCOME_GROUPS[outcome] !== 'attention').filter(
    (outcome) => words.verbs[outcome] && (counts[outcome] > 0 || saidAtZero(outcome, counts)),
  );
  const parts = said.map((outcome) => {
    const verb = words.verbs[outcome];
    const count = `${dryRun ? verb?.would : verb?.did} ${counts[outcome]}`;
    return OUTCOME_GROUPS[outcome] === 'already' ? `${count} (${words.already})` : count;
  });
  return `${dryRun ? 'would ' : ''}${parts.join(', ')}`;
}

/** "Exported 0" is said when nothing else was done: silence would leave the reader wondering. */
function saidAtZero(outcome: Outcome, counts: Counts): boolean {
  return outcome === 'created' && counts.updated + counts.repaired + counts.removed === 0;
}

function attentionPart(
  [outcome, one, many]: readonly [Outcome, string, string],
  report: Report<object>,
): string {
  const count = report.counts[outcome];
  const head = `${count} ${count === 1 ? one : many}`;
  const first = report.items.find((item) => item.outcome === outcome);
  if (outcome === 'untried' || first === undefined) return head;
  return `${head}: ${describeItem(first)}${count > 1 ? `, and ${count - 1} more` : ''}`;
}

/** "report.pdf has the same name but other content", "big.bin: no space left on device". */
export function describeItem({ item, outcome, reason }: ReportItem): string {
  if (reason === undefined) return printable(item);
  return printable(outcome === 'differs' ? `${item} ${reason}` : `${item}: ${reason}`);
}

/** The text with control and direction characters escaped: a file's name must not steer a terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (char === '\n') return '\\n';
    if (char === '\t') return '\\t';
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
