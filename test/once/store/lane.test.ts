import { describe, expect, it } from 'vitest';
import type { Timers } from '../../../src/core/timers.ts';
import { Lane, type LaneOptions } from '../../../src/once/store/lane.ts';
import { isLockTimeout, isOfOne } from '../../../src/stores/postgres/errors.ts';

interface Request {
  id: string;
  size?: number;
}

/** A statement that was sent; the test decides when and how it ends. */
interface Sent {
  ids: string;
  ok(): void;
  fail(code: string): void;
}

/** What was sent through a lane, in order, and its timers. */
function lane(options: Partial<LaneOptions<Request, string>> = {}) {
  const sent: Sent[] = [];
  const timers: (() => void)[] = [];
  const send = <Reply>(ids: string[], reply: Reply) =>
    new Promise<Reply>((resolve, reject) => {
      const fail = (code: string) => reject(Object.assign(new Error(code), { code }));
      sent.push({ ids: ids.join(' '), ok: () => resolve(reply), fail });
    });
  const made = new Lane<Request, string>(fakeTimers(timers), {
    one: ({ id }) => send([id], `one ${id}`),
    many: (requests) => {
      const ids = requests.map(({ id }) => id);
      return send(
        ids,
        ids.map((id) => `many ${id}`),
      );
    },
    size: ({ size = 0 }) => size,
    isHeld: isLockTimeout,
    isOfOne,
    ...options,
  });
  const call = (id: string, size = 0) => made.call({ id, size });
  return { sent, timers, call, all: () => sent.map(({ ids }) => ids) };
}

function fakeTimers(started: (() => void)[]): Timers {
  return {
    after(_, callback) {
      started.push(callback);
      return () => {
        started.splice(started.indexOf(callback), 1);
      };
    },
  };
}

/** Until everything that was answered has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a lane', () => {
  it('sends the first in the same turn of the event loop, alone', async () => {
    const { call, sent, all } = lane();
    const reply = call('a');
    await Promise.resolve();
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(all()).toEqual(['a']);
    sent[0]?.ok();
    expect(await reply).toBe('one a');
  });

  it('shares the next statement among those that came meanwhile, in the order of ids', async () => {
    const { call, sent, all } = lane();
    const replies = [call('x')];
    await settled();
    replies.push(call('c'), call('a'), call('b'));
    await settled();
    expect(all()).toEqual(['x']);
    sent[0]?.ok();
    await settled();
    expect(all()).toEqual(['x', 'a b c']);
    sent[1]?.ok();
    expect(await Promise.all(replies)).toEqual(['one x', 'many c', 'many a', 'many b']);
  });

  it('shares among those that ask at once, and again', async () => {
    const { call, sent, all } = lane();
    const twice = async (id: string) => [await call(id), await call(id)];
    void Promise.all([twice('a'), twice('b'), twice('c')]);
    await settled();
    sent[0]?.ok();
    await settled();
    expect(all()).toEqual(['a b c', 'a b c']);
  });

  it('keeps the later of two with one id for the next statement', async () => {
    const { call, sent, all } = lane();
    const replies = [call('a'), call('b'), call('a'), call('a')];
    await settled();
    for (const index of [0, 1, 2]) {
      sent[index]?.ok();
      await settled();
    }
    expect(all()).toEqual(['a b', 'a', 'a']);
    expect(await Promise.all(replies)).toEqual(['many a', 'many b', 'one a', 'one a']);
  });

  it('sends 128 in one statement at most, and no more than a million characters', async () => {
    const { call, sent, all } = lane();
    for (let index = 0; index < 200; index++) void call(`k${index}`);
    await settled();
    expect(all().map((ids) => ids.split(' ').length)).toEqual([128]);
    sent[0]?.ok();
    await settled();
    expect(all().map((ids) => ids.split(' ').length)).toEqual([128, 72]);

    const big = lane();
    for (const id of ['a', 'b', 'c']) void big.call(id, 600_000);
    await settled();
    expect(big.all()).toEqual(['a b']);
  });

  it('takes apart what failed because of one; the others are answered', async () => {
    const { call, sent, all } = lane();
    const replies = Array.from({ length: 16 }, (_, index) => call(`k${index + 10}`));
    const bad = replies.pop()?.catch((error: Error) => error.message);
    await settled();
    sent[0]?.fail('55P03');
    await settled();
    expect(all().slice(1)).toHaveLength(8);
    for (const { ids, ok, fail } of sent.slice(1)) {
      if (ids.includes('k25')) fail('22003');
      else ok();
    }
    await settled();
    expect(all().slice(9)).toEqual(['k24', 'k25']);
    sent[9]?.ok();
    sent[10]?.fail('22003');
    expect(await Promise.all(replies)).toContain('one k24');
    expect(await bad).toBe('22003');
  });

  it('fails all where the connection is lost', async () => {
    const { call, sent, all } = lane();
    const ends = Promise.allSettled([call('a'), call('b')]);
    await settled();
    sent[0]?.fail('57P01');
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(all()).toEqual(['a b']);
  });

  it('says what a locked row means, and sends its next request by itself', async () => {
    const { call, sent, all } = lane({ held: ({ id }) => `held ${id}` });
    const first = call('a');
    await settled();
    sent[0]?.fail('55P03');
    expect(await first).toBe('held a');
    const others = [call('b'), call('a'), call('c')];
    await settled();
    expect(all()).toEqual(['a', 'a', 'b c']);
    for (const { ok } of sent.slice(1)) ok();
    expect(await Promise.all(others)).toEqual(['many b', 'one a', 'many c']);
    void call('a');
    void call('b');
    await settled();
    expect(all().at(-1)).toBe('a b');
  });

  it('fails a request whose row is locked where nothing else is to be said', async () => {
    const { call, sent } = lane();
    const end = call('a');
    await settled();
    sent[0]?.fail('55P03');
    await expect(end).rejects.toThrow('55P03');
  });

  it('waits no longer for a statement that hangs', async () => {
    const { call, sent, timers, all } = lane();
    const hung = call('a');
    await settled();
    expect(timers).toEqual([]);
    const next = call('b');
    await settled();
    expect(all()).toEqual(['a']);
    timers[0]?.();
    await settled();
    expect(all()).toEqual(['a', 'b']);
    void call('c');
    sent[0]?.ok();
    await settled();
    expect([await hung, all()]).toEqual(['one a', ['a', 'b']]);
    sent[1]?.ok();
    await settled();
    expect([await next, all()]).toEqual(['one b', ['a', 'b', 'c']]);
  });

  it('has no timer while nobody waits', async () => {
    const { call, sent, timers } = lane();
    void call('a');
    await settled();
    void call('b');
    expect(timers).toHaveLength(1);
    sent[0]?.ok();
    await settled();
    sent[1]?.ok();
    await settled();
    expect(timers).toEqual([]);
  });
});
