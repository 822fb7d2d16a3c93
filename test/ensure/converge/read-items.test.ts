import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { converge, isRuntwiceError, type Report } from '../../../src/index.ts';
import { ABSENT, inShort, numbers, turn } from './support.ts';

/** An async iterable that gives these and then never answers again. */
function neverEnding<Item>(given: readonly Item[]) {
  const calls: string[] = [];
  const left = given.values();
  const iterator: AsyncIterator<Item> = {
    next() {
      calls.push('next');
      const result = left.next();
      return result.done ? new Promise(() => {}) : Promise.resolve(result);
    },
    return() {
      calls.push('return');
      return new Promise(() => {});
    },
  };
  return { calls, items: { [Symbol.asyncIterator]: () => iterator } };
}

async function errorOf(run: Promise<Report>): Promise<unknown> {
  return run.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error,
  );
}

describe('items', () => {
  const all = ['0 created', '1 created', '2 created'];

  it.each<[string, () => Iterable<number> | AsyncIterable<number>]>([
    ['an array', () => numbers(3)],
    ['a set', () => new Set(numbers(3))],
    ['a generator', () => numbers(3).values()],
    [
      'an async generator',
      async function* () {
        yield* numbers(3);
      },
    ],
    ['a web stream', () => ReadableStream.from(numbers(3)) as AsyncIterable<number>],
  ])('may be %s', async (_, items) => {
    const told: string[] = [];
    const onItem = (item: Parameters<typeof inShort>[0]) => told.push(inShort(item));
    const report = await converge(items(), { ...ABSENT, onItem });
    expect(report).toMatchObject({ total: 3, done: 3, ok: true });
    expect(told).toEqual(all);
  });

  it('may be none', async () => {
    expect(await converge([], ABSENT)).toMatchObject({ total: 0, ok: true, items: [] });
  });

  it('are read no faster than there is room for them', async () => {
    let read = 0;
    let ended = 0;
    async function* items() {
      for (; read < 40; read++) yield read;
    }
    let mostAhead = 0;
    await converge(items(), {
      concurrency: 2,
      look: () => false,
      act: async () => {
        mostAhead = Math.max(mostAhead, read - ended);
        await turn();
        ended++;
      },
    });
    expect(mostAhead).toBeLessThanOrEqual(3);
  });
});

describe('an aborted run', () => {
  it('leaves an async iterable that never answers again at once, and closes it', async () => {
    const controller = new AbortController();
    const { calls, items } = neverEnding(['a', 'b']);
    const run = converge(items, { ...ABSENT, signal: controller.signal });
    await turn();
    controller.abort();
    expect(await run).toMatchObject({ total: 2, done: 2, counts: { untried: 0 } });
    expect(calls).toEqual(['next', 'next', 'next', 'return']);
  });

  it('counts what such an iterable had left, where the total is known', async () => {
    const controller = new AbortController();
    const { items } = neverEnding(['a', 'b']);
    const run = converge(items, { ...ABSENT, total: 10, signal: controller.signal });
    await turn();
    controller.abort();
    expect(await run).toMatchObject({ total: 10, counts: { created: 2, untried: 8 }, ok: false });
  });

  it('does not ask an async iterable for anything when it was aborted before', async () => {
    const { calls, items } = neverEnding(['a']);
    const report = await converge(items, { ...ABSENT, signal: AbortSignal.abort() });
    expect(report).toMatchObject({ total: 0, done: 0 });
    expect(calls).not.toContain('next');
  });

  it('counts the rest of a generator, which ends by itself', async () => {
    const controller = new AbortController();
    const report = await converge(numbers(100).values(), {
      look: () => false,
      act: (item) => {
        if (item === 9) controller.abort();
      },
      signal: controller.signal,
    });
    expect(report).toMatchObject({ total: 100, counts: { created: 10, untried: 90 } });
  });

  it('is not disturbed by an iterable that fails to close', async () => {
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<string>>(() => {}),
        return: () => Promise.reject(new Error('cannot close')),
      }),
    };
    const controller = new AbortController();
    const run = converge(items, { ...ABSENT, signal: controller.signal });
    await turn();
    controller.abort();
    expect(await run).toMatchObject({ total: 0 });
  });

  it('leaves no listener behind on the signal, whatever the number of items', async () => {
    const { signal } = new AbortController();
    let most = 0;
    async function* items() {
      for (const item of numbers(50)) {
        most = Math.max(most, getEventListeners(signal, 'abort').length);
        yield item;
      }
    }
    await converge(items(), { ...ABSENT, signal });
    expect(most).toBeLessThanOrEqual(4);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('items that end with an error', () => {
  const cause = new Error('connection lost');
  function* failing() {
    yield* numbers(3);
    throw cause;
  }
  async function* failingLater() {
    yield* failing();
  }
  const failingAtOnce = {
    [Symbol.asyncIterator](): AsyncIterator<number> {
      throw cause;
    },
  };

  it.each([
    ['a generator', failing],
    ['an async generator', failingLater],
  ])('of %s reject with the report of what was done', async (_, items) => {
    const error = await errorOf(converge(items(), ABSENT));
    if (!isRuntwiceError(error, 'ERR_RUNTWICE_ITEMS_FAILED')) throw error;
    expect(error.cause).toBe(cause);
    expect(error.data['report']).toMatchObject({ total: 3, done: 3, counts: { created: 3 } });
  });

  it('before the first are told in the same way', async () => {
    const error = await errorOf(converge(failingAtOnce, ABSENT));
    if (!isRuntwiceError(error, 'ERR_RUNTWICE_ITEMS_FAILED')) throw error;
    expect(error.data['report']).toMatchObject({ total: 0 });
  });

  it('reject only when what was under way has ended', async () => {
    const gate = Promise.withResolvers<void>();
    let isSettled = false;
    const run = errorOf(converge(failing(), { look: () => false, act: () => gate.promise }));
    void run.then(() => {
      isSettled = true;
    });
    await turn();
    expect(isSettled).toBe(false);
    gate.resolve();
    expect(await run).toMatchObject({ data: { report: { done: 3 } } });
  });
});
