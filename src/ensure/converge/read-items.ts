import type { Loop } from './loop.ts';

/** Feeds every item to the loop, at the loop's pace. */
export async function readItems<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  loop: Loop<Item>,
): Promise<void> {
  if (Symbol.asyncIterator in items) await readAsync(items, loop);
  else await readSync(items, loop);
}

async function readSync<Item>(items: Iterable<Item>, loop: Loop<Item>): Promise<void> {
  for (const item of items) {
    loop.take(item);
    if (loop.mustWait) await loop.wait();
  }
}

/** Not `for await`: an iterable that never answers again must not outlive an abort. */
async function readAsync<Item>(items: AsyncIterable<Item>, loop: Loop<Item>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  while (!loop.ended) {
    const read = await nextUnlessAborted(iterator, loop.signal);
    if (read === 'aborted') break;
    if (read.done) return;
    loop.take(read.value);
    if (loop.mustWait) await loop.wait();
  }
  iterator.return?.()?.catch(() => {});
}

/** Not `Promise.race`: on one long-lived promise it would keep a reaction for every item. */
function nextUnlessAborted<Item>(
  iterator: AsyncIterator<Item>,
  signal: AbortSignal,
): Promise<IteratorResult<Item> | 'aborted'> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve('aborted');
    signal.addEventListener('abort', abort, { once: true });
    iterator
      .next()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
