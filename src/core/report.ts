import { type Counts, countGroup, noCounts, OUTCOME_GROUPS, type Outcome } from './outcome.ts';

/** The identifier in every report's `schema` field; it changes only when a field changes its meaning. */
export const REPORT_SCHEMA = 'runtwice.report/1';

/** A report lists at most this many items; the counts always cover all of them. */
export const MAX_REPORT_ITEMS = 1000;

/** One item and how it ended. */
export interface ReportItem {
  /** What the item is called, for people. A name that is not valid Unicode shows its bytes as `\xNN`. */
  item: string;
  /** The exact bytes of the name in base64, only where `item` cannot show them. */
  bytes?: string;
  outcome: Outcome;
  /** Why it ended so: reads after the item's name ("has the same name but other content"). */
  reason?: string;
}

/** Further facts an operation reports about itself; each operation documents its own. */
export type ReportDetails = { [name: string]: DetailValue };

/** A JSON value in {@link ReportDetails}. */
export type DetailValue = string | number | boolean | null | DetailValue[] | ReportDetails;

/** What a run did, in the form every verb shares. Published as `runtwice/report.schema.json`. */
export interface Report<Details extends object = ReportDetails> {
  schema: typeof REPORT_SCHEMA;
  /** The operation's name, such as `export`. */
  operation: string;
  /** True when nothing was changed: the outcomes say what a real run would have done. */
  dryRun: boolean;
  /** All items; the sum of `counts`. */
  total: number;
  counts: Counts;
  /** Items changed by this run. */
  done: number;
  /** Items that needed nothing. */
  already: number;
  /** Items somebody should look at. */
  attention: number;
  /** True when the wanted state holds, or what differs was accepted by the caller's policy. */
  ok: boolean;
  /** The items that need attention, the first 1,000. */
  items: ReportItem[];
  /** When the run began, ISO 8601 in UTC. */
  startedAt: string;
  /** How long it took, in milliseconds. */
  elapsedMs: number;
  details?: Details;
}

/** What {@link Tally.report} needs to know beyond what was counted. */
export interface ReportFacts {
  operation: string;
  dryRun: boolean;
  /** Outcomes that need attention but do not make the report `ok: false`. */
  accept: readonly Outcome[];
  startedAtMs: number;
  elapsedMs: number;
}

/** Counts outcomes as they come and keeps the first items that need attention. */
export class Tally {
  readonly counts: Counts = noCounts();
  readonly items: ReportItem[] = [];
  total = 0;

  count(outcome: Outcome, times = 1): void {
    this.counts[outcome] += times;
    this.total += times;
  }

  /** Lists an item that was counted, if it needs attention and there is room. */
  list(item: ReportItem): void {
    if (OUTCOME_GROUPS[item.outcome] !== 'attention') return;
    if (this.items.length < MAX_REPORT_ITEMS) this.items.push(item);
  }

  report(facts: ReportFacts): Report {
    const attention = countGroup(this.counts, 'attention');
    const accepted = facts.accept.reduce((sum, outcome) => sum + this.counts[outcome], 0);
    return {
      schema: REPORT_SCHEMA,
      operation: facts.operation,
      dryRun: facts.dryRun,
      total: this.total,
      counts: { ...this.counts },
      done: countGroup(this.counts, 'done'),
      already: countGroup(this.counts, 'already'),
      attention,
      ok: attention === accepted,
      items: this.items,
      startedAt: new Date(facts.startedAtMs).toISOString(),
      elapsedMs: Math.round(facts.elapsedMs),
    };
  }
}
