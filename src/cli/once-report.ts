import { type Report, Tally } from '../core/report.ts';
import type { Settled } from '../once/result.ts';

/** One call as a report in the form that all commands share. */
export function onceReport(settled: Settled<unknown>, key: string, startedAtMs: number): Report {
  const tally = new Tally();
  const { outcome } = settled;
  tally.count(outcome);
  const reason = 'error' in settled ? { reason: messageOf(settled.error) } : {};
  tally.list({ item: key, outcome, ...reason });
  const elapsedMs = Date.now() - startedAtMs;
  return tally.report({ operation: 'once', dryRun: false, accept: [], startedAtMs, elapsedMs });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
