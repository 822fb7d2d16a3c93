// Random items with random faults, against a model of the contract. A failure prints its seed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConvergeOptions, converge, type Look, type ReportItem } from '../../../src/index.ts';
import { anyScript, expected, expectedCalls, type Script } from './model.ts';
import { numbers } from './support.ts';

type Wait = () => Promise<unknown>;

/** Items that play their scripts, and what was asked of each. */
class Play {
  readonly calls: [looks: number, acts: number][];
  readonly #scripts: readonly Script[];
  readonly #wait: Wait;
  /** Called before each look; `isFirst` where the item has not been looked at before. */
  onLook: ((total: number, isFirst: boolean) => void) | undefined;
  #looks = 0;

  constructor(scripts: readonly Script[], wait: Wait) {
    this.#scripts = scripts;
    this.#wait = wait;
    this.calls = scripts.map(() => [0, 0]);
  }

  readonly options: Pick<ConvergeOptions<number>, 'look' | 'act'> = {
    look: (item) => {
      const nth = this.#called(item, 0);
      this.onLook?.(++this.#looks, nth === 0);
      return this.#answer(item, nth, () => this.#look(item, nth));
    },
    act: (item, { lost }) => {
      const nth = this.#called(item, 1);
      return this.#answer(item, 2 + nth, () => {
        const script = this.#scripts[item]?.acts[nth];
        if (script === 'throws') throw new Error(`act ${item}`);
        return script === 'lost' ? lost : undefined;
      });
    },
  };

  #look(item: number, nth: number): Look {
    const script = this.#scripts[item]?.looks[nth];
    if (script === 'throws') throw new Error(`look ${item}`);
    if (script === 'outdated') return { outdated: 'is old' };
    if (script === 'differs') return { differs: 'is other' };
    return script === 'there';
  }

  #called(item: number, what: 0 | 1): number {
    const calls = this.calls[item] ?? [0, 0];
    return calls[what]++;
  }

  #answer<T>(item: number, which: number, give: () => T): T | Promise<T> {
    if (!this.#scripts[item]?.later[which]) return give();
    return this.#wait().then(give);
  }
}

const KINDS = {
  array: (count: number) => numbers(count),
  generator: (count: number) => numbers(count).values(),
  'async generator': async function* (count: number) {
    yield* numbers(count);
  },
};

const anyRun = fc.record({
  scripts: fc.array(anyScript, { maxLength: 40 }),
  kind: fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])),
  concurrency: fc.integer({ min: 1, max: 12 }),
  dryRun: fc.boolean(),
  onFailure: fc.constantFrom('continue', 'stop', 'function'),
  abortAtLook: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  scheduler: fc.scheduler(),
});

describe('converge, on random items with random faults', () => {
  it('ends each item once, in order, as the contract says, and the counts add up', async () => {
    await fc.assert(
      fc.asyncProperty(anyRun, async (given) => {
        const { scripts, kind, concurrency, dryRun, onFailure, abortAtLook, scheduler } = given;
        const play = new Play(scripts, () => scheduler.schedule(Promise.resolve()));
        const controller = new AbortController();
        if (abortAtLook === 0) controller.abort();
        let [stopped, begunTooLate] = [false, 0];
        play.onLook = (total, isFirst) => {
          if (isFirst && (stopped || controller.signal.aborted)) begunTooLate++;
          if (total === abortAtLook) controller.abort();
        };
        const told: ReportItem[] = [];
        const decide = (): 'stop' | 'continue' => {
          const decision = onFailure === 'stop' || told.length % 3 === 2 ? 'stop' : 'continue';
          stopped ||= decision === 'stop';
          return decision;
        };
        const report = await scheduler.waitFor(
          converge(KINDS[kind](scripts.length), {
            ...play.options,
            concurrency,
            dryRun,
            total: scripts.length,
            signal: controller.signal,
            onFailure: onFailure === 'continue' ? 'continue' : decide,
            onItem: (item) => told.push(item),
          }),
        );

        // The counts add up, and are those of the items that were told.
        const { total, counts, done, already, attention } = report;
        expect(total).toBe(scripts.length);
        expect(done + already + attention).toBe(total);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
        const untold = kind === 'async generator' ? total - told.length : 0;
        for (const [outcome, count] of Object.entries(counts)) {
          const times = told.filter((item) => item.outcome === outcome).length;
          expect(count, outcome).toBe(times + (outcome === 'untried' ? untold : 0));
        }
        // Each item is told once, in order.
        expect(told.map(({ item }) => item)).toEqual(numbers(total - untold).map(String));
        // Each ended as the model says, unless the run ended before it.
        if (!controller.signal.aborted && !stopped) expect(counts.untried).toBe(0);
        expect(begunTooLate).toBe(0);
        for (const [index, { outcome }] of told.entries()) {
          const script = scripts[index] as Script;
          const calls = play.calls[index];
          if (outcome === 'untried') expect(calls, `calls for ${index}`).toEqual([0, 0]);
          else {
            expect(outcome, `item ${index}`).toBe(expected(script, dryRun));
            expect(calls, `calls for ${index}`).toEqual(expectedCalls(script, dryRun));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('one after the other, with "stop", tries nothing after the first failure', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyScript, { maxLength: 30 }), async (scripts) => {
        const play = new Play(scripts, () => Promise.resolve());
        const told: string[] = [];
        await converge(numbers(scripts.length), {
          ...play.options,
          concurrency: 1,
          onFailure: 'stop',
          onItem: ({ outcome }) => told.push(outcome),
        });
        const ends = scripts.map((script) => expected(script, false));
        const failed = ends.indexOf('failed');
        const rest = failed < 0 ? [] : ends.slice(failed + 1).map(() => 'untried');
        expect(told).toEqual([...ends.slice(0, failed < 0 ? undefined : failed + 1), ...rest]);
      }),
    );
  });
});
