// What another whole run in the same place did.
import { type Change, changesOf, counted } from '../observers/files/changes.ts';
import { repeatsOf } from '../observers/sent/repeats.ts';
import type { Answer } from '../report.ts';
import { isWell, type State } from '../trial.ts';
import { countsByNoun } from '../words.ts';

export interface Rerun {
  readonly answer: Answer;
  readonly changes: readonly Change[];
  /** What was sent again, in words. */
  readonly more: readonly string[];
}

/** Of three runs in a row: what the second did, and whether the third did so again. */
export function rerunOf(first: State, second: State, third: State): Rerun {
  const changes = changesOf(first.files, second.files);
  const both = [...first.run.sent, ...second.run.sent];
  const { more } = repeatsOf(first.run.sent, both);
  const later = changesOf(second.files, third.files);
  const answer = more.length > 0 ? 'repeated effect' : answerOf(second, changes, later);
  return { answer, changes, more };
}

function answerOf(second: State, changes: readonly Change[], later: readonly Change[]): Answer {
  if (second.run.isTimedOut) return 'stuck';
  if (counted(changes).length > 0) {
    return counted(later).length > 0 || !isWell(second) ? 'changed again' : 'settles late';
  }
  if (!isWell(second)) return 'refused';
  return changes.some(({ kind }) => kind === 'touched') ? 'touched only' : 'nothing to do';
}

/** `1 file created, 2 in logs, caches or /tmp`. */
export function summaryOf(changes: readonly Change[]): string {
  const kinds = ['created', 'changed', 'removed', 'touched'] as const;
  const parts = kinds.flatMap((kind) => {
    const all = changes.filter((one) => one.kind === kind && one.class === undefined);
    return countsByNoun(all).map((number) => `${number} ${kind}`);
  });
  const aside = changes.filter((one) => one.class !== undefined && one.kind !== 'touched').length;
  if (aside > 0) parts.push(`${aside} in logs, caches or /tmp`);
  return parts.length === 0 ? '0 files changed' : parts.join(', ');
}
