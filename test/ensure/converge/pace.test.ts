// What a long run costs those around it: turns of the event loop, calls of onProgress, memory.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  type ConvergeOptions,
  type ConvergeProgress,
  converge,
  type Look,
} from '../../../src/index.ts';
import { ABSENT, FakeClock, numbers, turn } from './support.ts';

/** Looks that take one millisecond of the clock each. */
function aMillisecondEach(clock: FakeClock): Pick<ConvergeOptions<unknown>, 'look' | 'act'> {
  return {
    ...ABSENT,
    look: () => {
      clock.ms++;
      return true;
    },
  };
}

describe('the event loop', () => {
  it('gets a turn at least every 10 ms of a synchronous run', async () => {
    const clock = new FakeClock();
    const turns: number[] = [];
    let isRunning = true;
    const watch = () => {
      turns.push(clock.ms);
      if (isRunning) setImmediate(watch);
    };
    watch();
    await converge(numbers(1000), { ...aMillisecondEach(clock), clock });
    isRunning = false;
    turns.push(clock.ms);
    const gaps = turns.slice(1).map((ms, index) => ms - (turns[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10);
    expect(turns.length).toBeGreaterThanOrEqual(100);
  });

  it('gets its turn also where slow items follow fast ones', async () => {
    const clock = new FakeClock();
    const turns: number[] = [];
    let isRunning = true;
    const watch = () => {
      turns.push(clock.ms);
      if (isRunning) setImmediate(watch);
    };
    watch();
    const look = (item: number) => {
      clock.ms += item % 100 < 50 ? 0.001 : 2;
      return true;
    };
    await converge(numbers(1000), { ...ABSENT, look, clock });
    isRunning = false;
    const gaps = turns.slice(1).map((ms, index) => ms - (turns[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10 + 2);
  });

  it('lets a timer fire during a long synchronous run, by the real clock', async () => {
    const startedMs = performance.now();
    let firedAt: number | undefined;
    let item = 0;
    setTimeout(() => {
      firedAt = item;
    }, 0);
    await converge(numbers(3000), {
      ...ABSENT,
      look: () => {
        const endMs = startedMs + ++item * 0.05;
        while (performance.now() < endMs);
        return true;
      },
    });
    expect(firedAt).toBeLessThan(3000);
  });
});

describe('onProgress', () => {
  function watched(clock: FakeClock) {
    const calls: (ConvergeProgress & { ms: number })[] = [];
    const onProgress = (progress: ConvergeProgress) =>
      calls.push({ ...progress, counts: { ...progress.counts }, ms: clock.ms });
    return { calls, onProgress };
  }

  it('is called ten times a second at most, and once at the end', async () => {
    const clock = new FakeClock();
    const { calls, onProgress } = watched(clock);
    await converge(numbers(1005), { ...aMillisecondEach(clock), clock, onProgress });
    const [last, ...before] = calls.toReversed();
    expect(last).toMatchObject({ finished: 1005, total: 1005 });
    const gaps = before.slice(1).map(({ ms }, index) => (before[index]?.ms ?? 0) - ms);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    expect(before).toHaveLength(10);
  });

  it('is called once for a run that is over at once, also when it was empty', async () => {
    const { calls, onProgress } = watched(new FakeClock());
    await converge(['a'], { ...ABSENT, onProgress });
    await converge([], { ...ABSENT, onProgress });
    expect(calls.map(({ finished }) => finished)).toEqual([1, 0]);
  });

  it('gets counts that add up to what has ended', async () => {
    const clock = new FakeClock();
    const { calls, onProgress } = watched(clock);
    await converge(numbers(500), { ...aMillisecondEach(clock), clock, onProgress });
    for (const { finished, counts } of calls) {
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(finished);
    }
  });

  it('is called while one item lasts, when that item says that it progressed', async () => {
    const clock = new FakeClock();
    const { calls, onProgress } = watched(clock);
    await converge(['big'], {
      look: () => false,
      act: async (_, run) => {
        for (let part = 0; part < 30; part++) {
          await turn();
          clock.ms += 10;
          run.progressed();
        }
      },
      clock,
      onProgress,
    });
    expect(calls.map(({ finished, ms }) => [finished, ms])).toEqual([
      [0, 1100],
      [0, 1200],
      [0, 1300],
      [1, 1300],
    ]);
  });
});

describe('memory', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const MILLION = 1_000_000;
  const MARGIN = 8 * 1024 * 1024;

  /** Objects, each of them new; `samples` gets the size of the heap now and then. */
  function* objects(count: number, samples: number[]): Generator<{ id: number }> {
    for (let id = 0; id < count; id++) {
      if (id % (count / 4) === count / 20) {
        collect();
        samples.push(process.memoryUsage().heapUsed);
      }
      yield { id };
    }
  }

  async function* later<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
    yield* items;
  }

  it.each<[string, (item: { id: number }) => Look | Promise<Look>]>([
    ['are there', () => true],
    ['differ', ({ id }) => ({ differs: `is number ${id}` })],
    ['are answered later', async () => true],
  ])('is constant over a million items that %s', async (_, look) => {
    const samples: number[] = [];
    let told = 0;
    const report = await converge(objects(MILLION, samples), {
      ...ABSENT,
      look,
      name: ({ id }) => `${id}`,
      onItem: () => {
        told++;
      },
    });
    expect([report.total, told]).toEqual([MILLION, MILLION]);
    expect(Math.max(...samples) - (samples[0] ?? 0)).toBeLessThan(MARGIN);
  });

  it('is constant over an async iterable with a signal', async () => {
    const samples: number[] = [];
    const { signal } = new AbortController();
    await converge(later(objects(200_000, samples)), { ...ABSENT, signal });
    expect(Math.max(...samples) - (samples[0] ?? 0)).toBeLessThan(MARGIN);
  });
});
