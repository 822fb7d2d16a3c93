// An answer that is passed on to a client that takes its time, or leaves.
import { once } from 'node:events';
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, expect, it, vi } from 'vitest';
import type { WholeBody } from '../../../src/adapters/http/mounts/held-body.ts';
import { HeldAnswer } from '../../../src/cli/proxy/held-answer.ts';
import { until } from '../../support/until.ts';
import { type Behind, serveBehind } from './harness.ts';

const SIZE = 64 * 1024 * 1024;
const CHUNK = Buffer.alloc(65_536, 'x');

afterEach(() => {
  vi.useRealTimers();
});

/** Writes as much as is taken. */
function writing(): { behind: Promise<Behind>; written: () => number } {
  let written = 0;
  const behind = serveBehind(async (_, response) => {
    response.writeHead(200, { 'content-length': SIZE });
    for (; written < SIZE; written += CHUNK.length) {
      if (!response.write(CHUNK)) await once(response, 'drain');
    }
    response.end();
  });
  return { behind, written: () => written };
}

/** Holds the answers of the other, of which it keeps so many bytes. */
async function holding(behind: Behind, maxResponseBody = SIZE) {
  const held = Promise.withResolvers<{ held: HeldAnswer; answer: IncomingMessage }>();
  const front = await serveBehind((_, response: ServerResponse) => {
    get(behind.url, (answer) => {
      response.writeHead(200, { 'content-length': answer.headers['content-length'] });
      const limits = { maxResponseBody, upstreamTimeoutMs: 1000 };
      held.resolve({ held: new HeldAnswer(answer, response, limits), answer });
    });
  });
  const request = get(front.url);
  const [client] = (await once(request, 'response')) as [IncomingMessage];
  return { client, ...(await held.promise) };
}

/** Until nothing more is taken. */
async function stalled(written: () => number): Promise<void> {
  let before = 0;
  await until(() => {
    const isSame = written() > 0 && written() === before;
    before = written();
    return isSame;
  });
}

it('a client that takes nothing has the upstream wait, who is not taken for silent', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { behind, written } = writing();
  const { client, held } = await holding(await behind);
  await stalled(written);
  expect(written()).toBeLessThan(SIZE / 2);
  vi.advanceTimersByTime(60_000);
  let got = 0;
  client.on('data', (chunk: Buffer) => {
    got += chunk.length;
  });
  expect((await held.whole).bytes?.length).toBe(SIZE);
  expect(got).toBeLessThan(SIZE);
  held.release();
  await once(client, 'end');
  expect(got).toBe(SIZE);
});

it.each([
  ['all of it is kept', SIZE, SIZE],
  ['none of it where it is too large', SIZE - 1, undefined],
])('of an answer whose client leaves, %s', async (_, limit, kept) => {
  const { behind, written } = writing();
  const { client, held } = await holding(await behind, limit);
  await stalled(written);
  client.destroy();
  const whole: WholeBody = await held.whole;
  expect([whole.bytes?.length, whole.broken]).toEqual([kept, undefined]);
  held.release();
});

it('an answer that breaks while it waits for its client leaves no timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { behind, written } = writing();
  const { client, held, answer } = await holding(await behind);
  client.on('error', () => {});
  await stalled(written);
  answer.destroy();
  expect((await held.whole).broken).toBeDefined();
  await new Promise((resolve) => client.once('close', resolve).resume());
  expect(vi.getTimerCount()).toBe(0);
});
