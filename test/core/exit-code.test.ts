import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXIT, exitCode } from '../../src/core/exit-code.ts';
import { OUTCOMES, type Outcome } from '../../src/core/outcome.ts';
import { type Report, Tally } from '../../src/core/report.ts';

function reportOf(outcomes: readonly Outcome[], accept: readonly Outcome[] = []): Report {
  const tally = new Tally();
  for (const outcome of outcomes) tally.count(outcome);
  return tally.report({ operation: 'test', dryRun: false, accept, startedAtMs: 0, elapsedMs: 0 });
}

describe('exit codes', () => {
  it('are the published ones', () => {
    expect(EXIT).toEqual({
      ok: 0,
      failed: 1,
      usage: 2,
      differs: 3,
      unknown: 4,
      changed: 10,
      busy: 75,
      interrupted: 130,
      terminated: 143,
    });
  });

  it.each<[number, Outcome]>([
    [0, 'created'],
    [0, 'updated'],
    [0, 'repaired'],
    [0, 'removed'],
    [0, 'unchanged'],
    [0, 'replayed'],
    [3, 'differs'],
    [75, 'busy'],
    [4, 'unknown'],
    [1, 'failed'],
    [1, 'untried'],
  ])('are %i for an item that is %s', (code, outcome) => {
    expect(exitCode(reportOf([outcome]))).toBe(code);
  });

  it('are 0 when there was nothing to do', () => {
    expect(exitCode(reportOf([]))).toBe(0);
  });

  it('follow the order failed, unknown, differs, busy when several apply', () => {
    const falling: Outcome[] = ['failed', 'unknown', 'differs', 'busy'];
    const codes = falling.map((_, from) => exitCode(reportOf(['created', ...falling.slice(from)])));
    expect(codes).toEqual([1, 4, 3, 75]);
  });

  it('do not depend on how often or in which order items ended', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...OUTCOMES)), (outcomes) => {
        const kinds = [...new Set(outcomes)].reverse();
        expect(exitCode(reportOf(outcomes))).toBe(exitCode(reportOf(kinds)));
      }),
    );
  });

  it('are 0 for what the policy accepted', () => {
    expect(exitCode(reportOf(['created', 'differs'], ['differs']), ['differs'])).toBe(0);
  });

  it('pass over what was accepted to what was not', () => {
    const report = reportOf(['differs', 'busy'], ['differs']);
    expect(exitCode(report, ['differs'])).toBe(75);
  });

  it('are 0 exactly for reports that are ok', () => {
    const some = fc.subarray([...OUTCOMES]);
    fc.assert(
      fc.property(some, some, (outcomes, accepted) => {
        const accept = accepted.filter((outcome) => reportOf([outcome]).attention > 0);
        const report = reportOf(outcomes, accept);
        expect(exitCode(report, accept) === 0).toBe(report.ok);
      }),
    );
  });
});
