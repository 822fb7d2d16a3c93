import { type Answer, GRADES, type Grade } from '../report.ts';
import type { Seen } from './subject.ts';

const ORDER: readonly Grade[] = ['unsafe', 'inconclusive', 'note', 'safe'];

/** The gravest of them. */
export function worstOf(all: readonly Seen[]): Answer {
  const graded = all
    .map(({ answer }) => answer)
    .toSorted((left, right) => rank(left) - rank(right));
  return graded[0] ?? 'inconclusive';
}

/** Where it stands among answers, the gravest first. */
export function rank(answer: Answer): number {
  return ORDER.indexOf(GRADES[answer]);
}

/** `7 requests: 5 replayed, 2 differs`. */
export function summaryOf(all: readonly Seen[]): string {
  const counts = new Map<Answer, number>();
  for (const { answer } of all) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts].map(([answer, number]) => `${number} ${answer}`).join(', ');
}
