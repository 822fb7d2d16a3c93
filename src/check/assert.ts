import { RuntwiceError } from '../core/errors.ts';
import { reportText } from './report/text.ts';
import type { CheckReport } from './report.ts';

export interface SafetyOptions {
  /** Whether `safe with notes` is safe enough; default `allow`. */
  notes?: 'allow' | 'refuse';
}

/**
 * Returns where the check found the command, or the operation, safe to run twice.
 *
 * Run twice: it only reads the report, so the second call says the same.
 * @throws ERR_RUNTWICE_NOT_SAFE with the report as its message where the verdict is `not safe` or
 * `inconclusive`, and ERR_RUNTWICE_INVALID_ARGUMENT for what is no report, such as a promise of one.
 */
export function assertSafeToRunTwice(
  report: CheckReport,
  { notes = 'allow' }: SafetyOptions = {},
): void {
  if ((report as Partial<CheckReport> | undefined)?.schema !== 'runtwice.check/1') throw noReport();
  const { verdict } = report;
  if (verdict === 'safe' || (verdict === 'safe with notes' && notes === 'allow')) return;
  throw new RuntwiceError('ERR_RUNTWICE_NOT_SAFE', reportText(report), {
    fix:
      verdict === 'inconclusive'
        ? 'Let the check see what it could not; what was not seen is never safe.'
        : 'Mend what the report shows; what stands after "again:" shows that run once more.',
    data: { report },
  });
}

function noReport(): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', 'this is no report of a check', {
    fix: 'Give what a check returned, after await.',
  });
}
