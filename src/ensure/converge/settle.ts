import type { Outcome } from '../../core/outcome.ts';
import type { ConvergeOptions, ConvergeRun, Look, Lost } from './types.ts';

/** How one item ended. */
export interface Settled {
  readonly outcome: Outcome;
  readonly reason?: string;
  /** What was thrown, for `failed`. */
  readonly error?: unknown;
}

const UNCHANGED: Settled = { outcome: 'unchanged' };
const CREATED: Settled = { outcome: 'created' };
const UPDATED: Settled = { outcome: 'updated' };
const BUSY: Settled = { outcome: 'busy', reason: 'another run is changing it right now' };

type Rules<Item> = Pick<ConvergeOptions<Item>, 'look' | 'act' | 'dryRun'>;

/**
 * Looks at one item and acts on what was found. Stays synchronous as long as look and act do: a
 * promise an item would cost more than a whole look at a file. Never throws.
 */
export function settle<Item>(
  item: Item,
  rules: Rules<Item>,
  run: ConvergeRun,
): Settled | Promise<Settled> {
  try {
    const found = rules.look(item, run);
    if (found === true) return UNCHANGED;
    if (isPromise(found)) return settleLater(item, found, rules, run);
    const answer = decide(found, rules);
    if (answer !== undefined) return answer;
    const acted = rules.act(item, run);
    if (isPromise(acted)) return settleActed(item, found, acted, rules, run);
    return acted === undefined ? acting(found) : settleLost(item, rules, run);
  } catch (error) {
    return failure(error, run);
  }
}

/** The outcome that needs no act, if there is one. */
function decide<Item>(found: Look, rules: Rules<Item>): Settled | undefined {
  if (found === true) return UNCHANGED;
  if (found !== false && 'differs' in found) return { outcome: 'differs', reason: found.differs };
  return rules.dryRun ? acting(found) : undefined;
}

function acting(found: Look): Settled {
  return found === false ? CREATED : UPDATED;
}

async function settleLater<Item>(
  item: Item,
  looking: Promise<Look>,
  rules: Rules<Item>,
  run: ConvergeRun,
): Promise<Settled> {
  try {
    const found = await looking;
    return (
      decide(found, rules) ?? (await settleActed(item, found, rules.act(item, run), rules, run))
    );
  } catch (error) {
    return failure(error, run);
  }
}

async function settleActed<Item>(
  item: Item,
  found: Look,
  acting_: Lost | undefined | void | Promise<Lost | undefined | void>,
  rules: Rules<Item>,
  run: ConvergeRun,
): Promise<Settled> {
  try {
    const acted = await acting_;
    return acted === undefined ? acting(found) : await settleLost(item, rules, run);
  } catch (error) {
    return failure(error, run);
  }
}

/** Another run was first: what it left decides. If that is gone again, this run acts once more. */
async function settleLost<Item>(
  item: Item,
  rules: Rules<Item>,
  run: ConvergeRun,
): Promise<Settled> {
  try {
    const found = await rules.look(item, run);
    const answer = decide(found, rules);
    if (answer !== undefined) return answer;
    return (await rules.act(item, run)) === undefined ? acting(found) : BUSY;
  } catch (error) {
    return failure(error, run);
  }
}

function failure(error: unknown, run: ConvergeRun): Settled {
  if (run.signal.aborted && error === run.signal.reason) {
    return { outcome: 'untried', reason: 'the run was ended before it was done' };
  }
  return { outcome: 'failed', reason: reasonOf(error), error };
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message === '' ? 'an error without a message' : message;
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
