import { systemClock } from '../../core/clock.ts';
import { RuntwiceError } from '../../core/errors.ts';
import type { Report } from '../../core/report.ts';
import { Loop } from './loop.ts';
import { readItems } from './read-items.ts';
import type { ConvergeOptions } from './types.ts';

/**
 * Brings every item into its wanted state: looks, skips what is there, acts on what is not, and
 * counts both.
 *
 * Run twice: the second run finds the wanted states and acts on nothing; two runs at once are safe
 * when `act` is atomic (see {@link ConvergeOptions.act}).
 *
 * Takes (async) iterables of any length in constant memory. Never rejects because an item failed:
 * that is in the report. When the run ends early, the rest of an array or other iterable is counted
 * as `untried`; an async iterable is closed, and what it had not given yet is counted only when
 * `total` says how much that is.
 *
 * @throws {RuntwiceError} `ERR_RUNTWICE_INVALID_ARGUMENT` for options that cannot be used;
 * `ERR_RUNTWICE_ITEMS_FAILED` when `items` itself throws, with the report so far in `data.report`.
 * What `onItem`, `onProgress` or `name` throws is passed on.
 */
export async function converge<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: ConvergeOptions<Item>,
): Promise<Report> {
  checkConcurrency(options.concurrency);
  const clock = options.clock ?? systemClock;
  const total = options.total ?? (Array.isArray(items) ? items.length : undefined);
  const loop = new Loop<Item>(options, total, clock);
  let broken: { readonly cause: unknown } | undefined;
  try {
    await readItems(items, loop);
  } catch (cause) {
    broken = { cause };
  }
  const report = await loop.finish();
  if (broken === undefined) return report;
  throw new RuntwiceError('ERR_RUNTWICE_ITEMS_FAILED', 'the list of items ended with an error', {
    fix: 'See the cause; run again when it is mended: what was done is kept.',
    data: { report },
    cause: broken.cause,
  });
}

function checkConcurrency(concurrency: number | undefined): void {
  if (concurrency === undefined || (Number.isInteger(concurrency) && concurrency >= 1)) return;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `concurrency must be a whole number from 1, not ${concurrency}`,
    { fix: 'Leave it out for the default of 16.', data: { concurrency } },
  );
}
