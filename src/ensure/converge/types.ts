import type { Clock } from '../../core/clock.ts';
import type { Counts, Outcome } from '../../core/outcome.ts';
import type { ReportItem } from '../../core/report.ts';

/**
 * What a look found: `true` the wanted state is there · `false` nothing is there ·
 * `{ outdated }` an older state is there, which `act` may replace · `{ differs }` something else is
 * there, which must not be touched. The text says why and reads after the item's name.
 */
export type Look = boolean | { readonly outdated: string } | { readonly differs: string };

/** Returned by `act` when another run made something there first: the item is looked at once more. */
export interface Lost {
  readonly lost: true;
}

/** What `look` and `act` get beside the item. */
export interface ConvergeRun {
  /** Aborted when the caller's signal is: a long look or act should end, throwing `signal.reason`. */
  readonly signal: AbortSignal;
  /** Return this from `act` when another run was first. */
  readonly lost: Lost;
  /** Says that something happened inside an item, so that progress is shown while it lasts. */
  progressed(): void;
}

/** How far a run is. */
export interface ConvergeProgress {
  /** Items that have ended. */
  finished: number;
  /** All items, where that is known. */
  total?: number;
  counts: Readonly<Counts>;
}

/** Decides after a failed item: go on with the others, or leave them untried. */
export type OnFailure<Item> =
  | 'continue'
  | 'stop'
  | ((error: unknown, item: Item) => 'continue' | 'stop');

/** Options of {@link converge}. */
export interface ConvergeOptions<Item> {
  /** The operation's name in the report. Default `converge`. */
  operation?: string;
  /** Says what is there. Must change nothing. An answer that is no promise is not awaited. */
  look(item: Item, run: ConvergeRun): Look | Promise<Look>;
  /**
   * Makes the wanted state: the item was absent (`created`) or outdated (`updated`). What it makes
   * must become visible only when it is whole, and must not replace what another run made meanwhile
   * (a link, a unique index, a conditional put): in that case return `run.lost`.
   */
  act(item: Item, run: ConvergeRun): Lost | undefined | void | Promise<Lost | undefined | void>;
  /** What the item is called in the report. Default `String(item)`. */
  name?(item: Item): string | Pick<ReportItem, 'item' | 'bytes'>;
  /** How many items may be under way at once. Default 16. */
  concurrency?: number;
  /** How many items there are, where the caller knows; an array's length is taken by itself. */
  total?: number;
  /** Called for every item, in input order. */
  onItem?(item: ReportItem): void;
  /** Called at most ten times a second, and once at the end. */
  onProgress?(progress: ConvergeProgress): void;
  /** Ends the run early: items under way end, the rest are `untried`. */
  signal?: AbortSignal;
  /** Look only: the report says what a real run would do. Default false. */
  dryRun?: boolean;
  /** After a failed item. Default `continue`. */
  onFailure?: OnFailure<Item>;
  /** Outcomes that do not make the report `ok: false`. Default none. */
  accept?: readonly Outcome[];
  /** Where the time comes from. Default the machine's clock. */
  clock?: Clock;
}
