import type { Outcome } from './outcome.ts';
import type { Report } from './report.ts';

/** The exit codes of commands that do their own work. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  differs: 3,
  unknown: 4,
  changed: 10,
  busy: 75,
  interrupted: 130,
  terminated: 143,
} as const;

/** In order of precedence: the first outcome that occurs decides. */
const BY_OUTCOME: readonly (readonly [Outcome, number])[] = [
  ['failed', EXIT.failed],
  ['untried', EXIT.failed],
  ['unknown', EXIT.unknown],
  ['differs', EXIT.differs],
  ['busy', EXIT.busy],
];

/**
 * The exit code for a report. A skip is never non-zero, and neither is a change.
 * `accept` names the outcomes that the caller's policy accepted.
 */
export function exitCode(
  report: Pick<Report, 'ok' | 'counts'>,
  accept: readonly Outcome[] = [],
): number {
  if (report.ok) return EXIT.ok;
  const hit = BY_OUTCOME.find(
    ([outcome]) => report.counts[outcome] > 0 && !accept.includes(outcome),
  );
  return hit ? hit[1] : EXIT.failed;
}
