import type { Readable } from 'node:stream';

/**
 * A stream of Node as one of the standard. That of `Readable.toWeb` throws where nobody can catch it when it
 * is cancelled while data comes.
 */
export function webStreamOf(stream: Readable): ReadableStream {
  const chunks = stream[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => void stream.destroy(),
    },
    { highWaterMark: 0 },
  );
}
