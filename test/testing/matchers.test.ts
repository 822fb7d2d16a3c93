import { beforeAll, describe, expect, it } from 'vitest';
import * as jest from '../../src/testing/jest.ts';
import * as vitest from '../../src/testing/vitest.ts';
import { checkReport, DAMAGE, TOUCHED, UNKNOWN } from '../support/check-report.ts';

const SAFE = checkReport();
const BAD = checkReport({ scenarios: [DAMAGE] });

describe.each([
  ['vitest', vitest],
  ['jest', jest],
])('toBeSafeToRunTwice from runtwice/%s', (_, { toBeSafeToRunTwice }) => {
  beforeAll(() => expect.extend({ toBeSafeToRunTwice }));

  it('passes for what is safe', () => {
    expect(SAFE).toBeSafeToRunTwice();
    expect(checkReport({ scenarios: [TOUCHED] })).toBeSafeToRunTwice();
  });

  it('fails with the report for what is not', () => {
    expect(BAD).not.toBeSafeToRunTwice();
    expect(() => expect(BAD).toBeSafeToRunTwice()).toThrow('again: runtwice check --kill-at 3');
    expect(() => expect(SAFE).not.toBeSafeToRunTwice()).toThrow('it is safe to run twice');
  });

  it('refuses notes where told to', () => {
    const report = checkReport({ scenarios: [TOUCHED] });
    expect(report).not.toBeSafeToRunTwice({ notes: 'refuse' });
  });

  it.each([
    ['an inconclusive report', checkReport({ scenarios: [UNKNOWN] })],
    ['a report of less than all', checkReport({ unobserved: ['tcp'] })],
    ['a promise', Promise.resolve(SAFE)],
  ])('fails for %s with and without .not', (_name, report) => {
    expect(() => expect(report).toBeSafeToRunTwice()).toThrow(/INCONCLUSIVE|no report/u);
    expect(() => expect(report).not.toBeSafeToRunTwice()).toThrow(/INCONCLUSIVE|no report/u);
  });
});
