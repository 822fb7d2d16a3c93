import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';

/** The body of an answer. One that says nothing for so long, while it is waited for, breaks. */
export async function* timely(answer: IncomingMessage, timeoutMs: number): AsyncGenerator<Buffer> {
  const wait = () =>
    setTimeout(() => {
      answer.destroy(new Error(`the upstream said nothing for ${timeoutMs} ms`));
    }, timeoutMs);
  let timer = wait();
  try {
    for await (const chunk of answer) {
      clearTimeout(timer);
      yield chunk;
      timer = wait();
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Holds back the chunk that completes an answer of known length until the source ends: the client would
 * take it for whole.
 */
export function holdingLast(length: number | undefined): Transform {
  let seen = 0;
  let last: Buffer | undefined;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen !== length) return done(null, chunk);
      last = chunk;
      done();
    },
    flush(done) {
      done(null, last);
    },
  });
}
