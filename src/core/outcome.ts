/**
 * Every way an item or a call can end. Each ends in exactly one of these, so the counts of a
 * report add up to its total.
 */
export const OUTCOMES = [
  'created',
  'updated',
  'repaired',
  'removed',
  'unchanged',
  'replayed',
  'differs',
  'busy',
  'unknown',
  'failed',
  'untried',
] as const;

/** How one item or call ended; see {@link OUTCOMES}. */
export type Outcome = (typeof OUTCOMES)[number];

/** `done`: changed by this run · `already`: nothing left to do · `attention`: somebody should look. */
export type OutcomeGroup = 'done' | 'already' | 'attention';

/** The group each outcome belongs to. */
export const OUTCOME_GROUPS: Readonly<Record<Outcome, OutcomeGroup>> = {
  created: 'done',
  updated: 'done',
  repaired: 'done',
  removed: 'done',
  unchanged: 'already',
  replayed: 'already',
  differs: 'attention',
  busy: 'attention',
  unknown: 'attention',
  failed: 'attention',
  untried: 'attention',
};

/** How many items ended in each outcome. */
export type Counts = Record<Outcome, number>;

/** Counts with every outcome at zero. */
export function noCounts(): Counts {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Counts;
}

/** The sum of the counts whose outcome belongs to `group`. */
export function countGroup(counts: Counts, group: OutcomeGroup): number {
  return OUTCOMES.reduce(
    (sum, outcome) => (OUTCOME_GROUPS[outcome] === group ? sum + counts[outcome] : sum),
    0,
  );
}
