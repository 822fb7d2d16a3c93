import { describe, expect, it } from 'vitest';
import {
  type ConvergeOptions,
  type ConvergeRun,
  converge,
  type ReportItem,
} from '../../../src/index.ts';
import { ABSENT, inShort, numbers, turn } from './support.ts';

const never = new Promise<never>(() => {});

describe('concurrency', () => {
  it.each([undefined, 1, 2, 7])('of %s is reached and never exceeded', async (concurrency) => {
    let underWay = 0;
    let most = 0;
    await converge(numbers(100), {
      look: () => false,
      act: async (item) => {
        most = Math.max(most, ++underWay);
        for (let turns = item % 4; turns >= 0; turns--) await turn();
        underWay--;
      },
      ...(concurrency && { concurrency }),
    });
    expect(most).toBe(concurrency ?? 16);
  });

  it('counts a slow look as under way, like a slow act', async () => {
    let underWay = 0;
    let most = 0;
    const look = async () => {
      most = Math.max(most, ++underWay);
      await turn();
      underWay--;
      return true;
    };
    await converge(numbers(20), { ...ABSENT, look, concurrency: 3 });
    expect(most).toBe(3);
  });

  it('bounds what is held back behind one slow item', async () => {
    const gate = Promise.withResolvers<void>();
    let begun = 0;
    const run = converge(numbers(10_000), {
      look: () => false,
      act: (item) => {
        begun++;
        return item === 0 ? gate.promise : undefined;
      },
      concurrency: 4,
    });
    for (let turns = 0; turns < 50; turns++) await turn();
    expect(begun).toBeLessThanOrEqual(4 * 8);
    gate.resolve();
    expect(await run).toMatchObject({ total: 10_000, done: 10_000 });
  });
});

describe('what a failure does', () => {
  const failing = (bad: number): ConvergeOptions<number> => ({
    look: () => false,
    act: (item) => {
      if (item === bad) throw new Error('boom');
    },
    concurrency: 1,
  });

  it('is nothing to the other items unless said otherwise', async () => {
    const report = await converge(numbers(5), failing(2));
    expect(report.counts).toMatchObject({ created: 4, failed: 1, untried: 0 });
  });

  it('is the end of the run with "stop": the rest is untried', async () => {
    const report = await converge(numbers(5), { ...failing(2), onFailure: 'stop' });
    expect(report).toMatchObject({ total: 5, counts: { created: 2, failed: 1, untried: 2 } });
    expect(report.items.map(inShort)).toEqual(['2 failed', '3 untried', '4 untried']);
  });

  it('lets what is under way end, with "stop"', async () => {
    const [gate, allBegun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let begun = 0;
    const run = converge(numbers(9), {
      look: () => false,
      act: async (item) => {
        if (++begun === 3) allBegun.resolve();
        if (item !== 1) return gate.promise;
        await allBegun.promise;
        throw new Error('boom');
      },
      onFailure: 'stop',
      concurrency: 3,
    });
    await allBegun.promise;
    for (let turns = 0; turns < 3; turns++) await turn();
    gate.resolve();
    expect((await run).counts).toMatchObject({ failed: 1, created: 2, untried: 6 });
  });

  it('may be decided by a function of what was thrown', async () => {
    const asked: unknown[] = [];
    const report = await converge(['a', 'fatal', 'b'], {
      look: () => false,
      act: (item) => {
        if (item !== 'b') throw new Error(item);
      },
      onFailure: (error, item) => {
        asked.push([(error as Error).message, item]);
        return (error as Error).message === 'fatal' ? 'stop' : 'continue';
      },
    });
    expect(report.items.map(inShort)).toEqual(['a failed', 'fatal failed', 'b untried']);
    expect(asked).toEqual([
      ['a', 'a'],
      ['fatal', 'fatal'],
    ]);
  });

  it('stops a run that waits for an async iterable', async () => {
    const gate = Promise.withResolvers<void>();
    const items = {
      async *[Symbol.asyncIterator]() {
        yield 'a';
        gate.resolve();
        await never;
      },
    };
    const report = await converge(items, {
      look: () => false,
      act: async () => {
        await gate.promise;
        throw new Error('boom');
      },
      onFailure: 'stop',
    });
    expect(report).toMatchObject({ total: 1, counts: { failed: 1 } });
  }, 2000);
});

describe('an abort', () => {
  it('before the run leaves every item untried and looks at none', async () => {
    const report = await converge(numbers(3), {
      look: () => expect.fail('look was called'),
      act: () => {},
      signal: AbortSignal.abort(),
    });
    expect(report).toMatchObject({ total: 3, counts: { untried: 3 }, ok: false });
  });

  it('lets what is under way end and leaves the rest untried', async () => {
    const controller = new AbortController();
    const [gate, bothBegun] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const told: string[] = [];
    let begun = 0;
    const run = converge(numbers(5), {
      look: () => false,
      act: () => {
        if (++begun === 2) bothBegun.resolve();
        return gate.promise;
      },
      concurrency: 2,
      signal: controller.signal,
      onItem: (item) => told.push(inShort(item)),
    });
    await bothBegun.promise;
    controller.abort();
    gate.resolve();
    expect((await run).counts).toMatchObject({ created: 2, untried: 3 });
    expect(told).toEqual(['0 created', '1 created', '2 untried', '3 untried', '4 untried']);
  });

  it('is passed on to look and act, and ends those that heed it as untried', async () => {
    const controller = new AbortController();
    const untilAborted = (_: number, { signal }: ConvergeRun): Promise<void> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { signal } = controller;
    const run = converge(numbers(2), { look: () => false, act: untilAborted, signal });
    await turn();
    controller.abort();
    const report = await run;
    expect(report.counts).toMatchObject({ untried: 2, failed: 0 });
    expect(report.items[0]?.reason).toBe('the run was ended before it was done');
  });

  it('after the run changes nothing', async () => {
    const controller = new AbortController();
    const report = await converge(numbers(2), { ...ABSENT, signal: controller.signal });
    controller.abort();
    expect(report.counts).toMatchObject({ created: 2, untried: 0 });
  });
});

describe('onItem', () => {
  it('is told every item in input order, whatever their latencies', async () => {
    const latencies = numbers(200).map((item) => (item * 7919) % 13);
    const told: ReportItem[] = [];
    await converge(latencies.entries(), {
      look: ([index]) => index % 3 === 0,
      act: async ([, turns]) => {
        for (let left = turns; left > 0; left--) await turn();
      },
      name: ([index]) => `${index}`,
      onItem: (item) => told.push(item),
    });
    expect(told.map(({ item }) => item)).toEqual(numbers(200).map(String));
    expect(told.map(({ outcome }) => outcome)).toEqual(
      numbers(200).map((index) => (index % 3 === 0 ? 'unchanged' : 'created')),
    );
  });

  it('is told the name that the caller gives, with bytes where text is not enough', async () => {
    const told: ReportItem[] = [];
    const onItem = (item: ReportItem) => told.push(item);
    await converge([1], { ...ABSENT, onItem });
    await converge([1], { ...ABSENT, onItem, name: (item) => `no. ${item}` });
    await converge([1], { ...ABSENT, onItem, name: () => ({ item: '\\xff', bytes: '/w==' }) });
    expect(told).toEqual([
      { item: '1', outcome: 'created' },
      { item: 'no. 1', outcome: 'created' },
      { item: '\\xff', bytes: '/w==', outcome: 'created' },
    ]);
  });
});

describe('an error in the caller’s own function', () => {
  const boom = new Error('boom');
  const fail = () => {
    throw boom;
  };

  it.each<[string, Partial<ConvergeOptions<number>>]>([
    ['onItem', { onItem: fail }],
    ['onProgress', { onProgress: fail }],
    ['name', { onItem: () => {}, name: fail }],
    ['onFailure', { onFailure: fail, look: fail }],
  ])('%s is passed on', async (_, options) => {
    await expect(converge(numbers(3), { ...ABSENT, ...options })).rejects.toBe(boom);
  });

  it('is passed on only when what was under way has ended, and nothing more is begun', async () => {
    const gate = Promise.withResolvers<void>();
    let [begun, ended] = [0, 0];
    const run = converge(numbers(10), {
      look: () => false,
      act: async (item) => {
        begun++;
        if (item > 0) await gate.promise;
        ended++;
      },
      onItem: fail,
      concurrency: 3,
    });
    for (let turns = 0; turns < 3; turns++) await turn();
    gate.resolve();
    await expect(run).rejects.toBe(boom);
    expect([begun, ended]).toEqual([3, 3]);
  });

  it('is the first one where there are several', async () => {
    let calls = 0;
    const onItem = () => {
      throw new Error(`no. ${++calls}`);
    };
    await expect(converge(numbers(3), { ...ABSENT, onItem })).rejects.toThrow('no. 1');
  });

  it('is no unhandled rejection when the item ended by a promise', async () => {
    const act = async () => {};
    await expect(converge([1], { ...ABSENT, act, onItem: fail })).rejects.toBe(boom);
  });
});
