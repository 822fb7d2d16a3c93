import { assertSafeToRunTwice, type CheckReport, type SafetyOptions } from '../check/index.ts';
import { isRuntwiceError } from '../core/errors.ts';

/** What a matcher answers, in Vitest and Jest alike. */
export interface Matched {
  pass: boolean;
  message: () => string;
}

/**
 * `expect(report).toBeSafeToRunTwice()`, once it was given to `expect.extend`. An inconclusive report
 * passes neither with it nor with `.not`: nothing is known.
 *
 * Run twice: it only reads the report, so the second call says the same.
 */
export function toBeSafeToRunTwice(report: CheckReport, options?: SafetyOptions): Matched {
  try {
    assertSafeToRunTwice(report, options);
    return { pass: true, message: () => 'it is safe to run twice' };
  } catch (error) {
    const isKnown = isRuntwiceError(error, 'ERR_RUNTWICE_NOT_SAFE');
    if (!isKnown || report.verdict === 'inconclusive') throw error;
    return { pass: false, message: () => error.message };
  }
}
