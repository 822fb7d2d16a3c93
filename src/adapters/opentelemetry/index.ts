import type { LedgerEvent } from '../../once/events.ts';

/** The part of an OpenTelemetry `Meter` (`@opentelemetry/api`) that is used. */
export interface Meter {
  createHistogram(name: string, options: InstrumentOptions): Histogram;
  createCounter(name: string, options: InstrumentOptions): Counter;
}

export interface InstrumentOptions {
  description: string;
  unit: string;
  advice?: { explicitBucketBoundaries: number[] };
}

export interface Histogram {
  record(value: number, attributes: Attributes): void;
}

export interface Counter {
  add(value: number, attributes: Attributes): void;
}

export type Attributes = Record<string, string>;

/** In seconds; those that the conventions give for calls over a network. */
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * What to give a ledger as `onEvent`, so that its calls are measured:
 *
 * - `runtwice.call.duration`, a histogram in seconds, with `runtwice.operation`, `runtwice.outcome`
 *   (`created`, `replayed`, `failed`, `differs`, `busy`, `unknown`), `runtwice.store`, and `error.type`
 *   where a call ended in an error of ours;
 * - `runtwice.warnings`, a counter, with `runtwice.operation`, `runtwice.warning` and `runtwice.store`.
 *
 * Keys and scopes are in none of them: they are many, and may be somebody's.
 *
 * Run twice: a meter gives the same instruments again; each ledger needs it once.
 */
export function ledgerMetrics(meter: Meter): (event: LedgerEvent) => void {
  const duration = meter.createHistogram('runtwice.call.duration', {
    description: 'How long calls with a key took, by how they ended.',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  const warnings = meter.createCounter('runtwice.warnings', {
    description: 'What is wrong that callers, who have their results, do not see.',
    unit: '{warning}',
  });
  return (event) => {
    const attributes: Attributes = {
      'runtwice.operation': event.operation,
      'runtwice.store': event.store,
    };
    if (event.type === 'warning') {
      warnings.add(1, { ...attributes, 'runtwice.warning': event.warning });
      return;
    }
    const { outcome, code, durationMs } = event;
    attributes['runtwice.outcome'] = outcome;
    if (code !== undefined) attributes['error.type'] = code;
    duration.record(durationMs / 1000, attributes);
  };
}
