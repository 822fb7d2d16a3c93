// What is thrown when the last attempt had no whole answer.
import { beforeEach, describe, expect, it } from 'vitest';
import { makeRetryingFetch } from '../../../../src/adapters/http/client/client.ts';
import { freePort } from '../../../support/free-port.ts';
import { answer, cutsLength, resetsRead, resetsUnread, serve } from './server.ts';
import { HandTime } from './time.ts';

let time: HandTime;

beforeEach(() => {
  time = new HandTime();
});

async function thrown(sent: Promise<unknown>): Promise<unknown> {
  return sent.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );
}

describe('the error', () => {
  it('says that it may have happened, and which key to ask again with', async () => {
    const server = await serve(resetsRead, resetsRead);
    const send = makeRetryingFetch({ attempts: 2 }, time);
    expect(await thrown(send(`${server.url}?secret=1`, { method: 'POST' }))).toMatchObject({
      code: 'ERR_RUNTWICE_REQUEST_FAILED',
      message: expect.stringContaining(`POST ${server.url} failed after 2 attempts: `),
      fix: `What it asks for may have happened. Ask again with the same key, headers: { 'Idempotency-Key': '"key-1"' }: with another one it could happen twice.`,
      data: {
        attempts: 2,
        key: '"key-1"',
        method: 'POST',
        url: server.url,
        status: undefined,
        mayHaveHappened: true,
      },
      cause: { message: 'fetch failed' },
    });
  });

  it('says that it did not happen where no connection was made', async () => {
    const port = await freePort();
    const send = makeRetryingFetch({ attempts: 3 }, time);
    expect(await thrown(send(`http://127.0.0.1:${port}/`, { method: 'POST' }))).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
      fix: expect.stringContaining('No connection was made: what it asks for did not happen.'),
      data: { attempts: 3, mayHaveHappened: false },
    });
  });

  it.each([
    ['had no answer', resetsUnread],
    ['was answered 503', answer(503)],
  ])('remembers an earlier attempt that %s', async (_what, step) => {
    const server = await serve(step);
    const port = await freePort();
    let count = 0;
    const send = makeRetryingFetch(
      {
        attempts: 2,
        fetch: (_input, init) =>
          fetch(count++ === 0 ? server.url : `http://127.0.0.1:${port}`, init),
      },
      time,
    );
    expect(await thrown(send(server.url, { method: 'POST' }))).toMatchObject({
      data: { attempts: 2, mayHaveHappened: true },
    });
  });

  it('names the status of an answer that was cut off', async () => {
    const server = await serve(answer(503), cutsLength);
    const send = makeRetryingFetch({ attempts: 2 }, time);
    expect(await thrown(send(server.url, { method: 'POST' }))).toMatchObject({
      message: expect.stringContaining('(an answer with 201 was cut off)'),
      data: { attempts: 2, status: 201, mayHaveHappened: true },
    });
  });

  it.each([
    ['POST', 'may have happened. It was sent once only, because it has no key.'],
    ['PUT', 'may have happened. Ask again: a PUT that comes twice does what it does once.'],
    ['GET', 'A GET has no effect. Ask again'],
  ])('of a %s without a key says what that means', async (method, words) => {
    const server = await serve(resetsRead, resetsRead);
    const send = makeRetryingFetch({ key: false, attempts: 2 }, time);
    expect(await thrown(send(server.url, { method }))).toMatchObject({
      fix: expect.stringContaining(words),
      data: { key: undefined, mayHaveHappened: true },
    });
    expect(server.seen).toHaveLength(method === 'POST' ? 1 : 2);
  });
});
