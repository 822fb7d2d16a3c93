import { describe, expect, it } from 'vitest';
import { assertSafeToRunTwice, type CheckReport, reportText } from '../../src/check/index.ts';
import { isRuntwiceError } from '../../src/core/errors.ts';
import { checkReport, DAMAGE, TOUCHED, TWICE, UNKNOWN } from '../support/check-report.ts';

const notes = checkReport({ scenarios: [TOUCHED] });

describe('assertSafeToRunTwice', () => {
  it('returns for what is safe, with notes too', () => {
    expect(assertSafeToRunTwice(checkReport())).toBeUndefined();
    expect(assertSafeToRunTwice(notes)).toBeUndefined();
    expect(assertSafeToRunTwice(notes, { notes: 'allow' })).toBeUndefined();
  });

  it.each<[string, CheckReport, { notes?: 'refuse' }]>([
    ['not safe', checkReport({ scenarios: [TWICE, DAMAGE] }), {}],
    ['inconclusive', checkReport({ scenarios: [TWICE, UNKNOWN] }), {}],
    ['not seen in full', checkReport({ unobserved: ['tcp'] }), {}],
    ['asked nothing', checkReport({ scenarios: [] }), {}],
    ['safe with notes, where they are refused', notes, { notes: 'refuse' }],
  ])('throws the report for what is %s', (_, report, options) => {
    const error = thrownBy(() => assertSafeToRunTwice(report, options));
    expect(isRuntwiceError(error, 'ERR_RUNTWICE_NOT_SAFE')).toBe(true);
    expect(error).toMatchObject({ message: reportText(report), data: { report } });
  });

  it.each([undefined, null, {}, Promise.resolve(checkReport()), { verdict: 'safe' }])(
    'refuses %s, which is no report',
    (value) => {
      const error = thrownBy(() => assertSafeToRunTwice(value as CheckReport));
      expect(isRuntwiceError(error, 'ERR_RUNTWICE_INVALID_ARGUMENT')).toBe(true);
    },
  );
});

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return expect.unreachable('it threw nothing');
}
