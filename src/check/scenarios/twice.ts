import { type Change, changesOf, counted } from '../observers/files/changes.ts';
import { repeatsOf } from '../observers/sent/repeats.ts';
import { type Answer, GRADES, type ScenarioReport, scenarioReport } from '../report.ts';
import { isWell, type State, type Trial, typed } from '../trial.ts';
import { changesText, count, endText } from '../words.ts';

/** What the second run in the same place did, and the third. */
export function twice({ command, first, second, third }: Trial): ScenarioReport {
  const changes = changesOf(first.files, second.files);
  const both = [...first.run.sent, ...second.run.sent];
  const { more } = repeatsOf(first.run.sent, both);
  const answer =
    more.length > 0
      ? 'repeated effect'
      : answerOf(second, changes, changesOf(second.files, third.files));
  const grave = counted(changes);
  const summary = `${summaryOf(changes)}; run 2: ${endText(second.run)}`;
  if (GRADES[answer] !== 'unsafe') {
    return scenarioReport('twice', answer, summary);
  }
  const finding = {
    answer,
    what: 'run twice in the same place',
    next: endText(second.run),
    paths: [...more, ...changesText(grave)],
    replay: `runtwice check --only twice -- ${typed(command)}`,
  };
  return scenarioReport('twice', answer, summary, [finding]);
}

function answerOf(second: State, changes: readonly Change[], later: readonly Change[]): Answer {
  if (second.run.isTimedOut) return 'stuck';
  if (counted(changes).length > 0) {
    return counted(later).length > 0 || !isWell(second) ? 'changed again' : 'settles late';
  }
  if (!isWell(second)) return 'refused';
  return changes.some(({ kind }) => kind === 'touched') ? 'touched only' : 'nothing to do';
}

function summaryOf(changes: readonly Change[]): string {
  const kinds = ['created', 'changed', 'removed', 'touched'] as const;
  const parts = kinds.flatMap((kind) => {
    const number = changes.filter((one) => one.kind === kind && one.class === undefined).length;
    return number === 0 ? [] : [`${count(number, 'file')} ${kind}`];
  });
  const aside = changes.filter((one) => one.class !== undefined && one.kind !== 'touched').length;
  if (aside > 0) parts.push(`${aside} in logs, caches or /tmp`);
  return parts.length === 0 ? '0 files changed' : parts.join(', ');
}
