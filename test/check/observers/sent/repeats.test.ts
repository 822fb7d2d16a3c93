import { describe, expect, it } from 'vitest';
import { sentNoiseOf } from '../../../../src/check/observers/sent/noise.ts';
import { repeatsOf } from '../../../../src/check/observers/sent/repeats.ts';
import type { Sent } from '../../../../src/check/observers/sent/sent.ts';

function mail(subject: string, content = 'text', to = 'ann'): Sent {
  return {
    names: [`mail to ${to}: ${subject}`, `mail to ${to}`, 'mail'],
    content,
    mark: { name: 'Message-ID', value: undefined, isHeeded: false },
  };
}

function post(path: string, value?: string): Sent {
  return {
    names: [`POST ${path}`, 'POST'],
    mark: { name: 'Idempotency-Key', value, isHeeded: true },
  };
}

describe('what was sent', () => {
  it('once more is more, and once less is fewer', () => {
    const { more, fewer } = repeatsOf([mail('a'), post('/b')], [mail('a'), mail('a')]);
    expect(more).toEqual(['2 times mail to ann: a, 1 in a clean run']);
    expect(fewer).toEqual(['0 times POST /b, 1 in a clean run']);
  });

  it('with the same key is the same, and with another one is more', () => {
    expect(repeatsOf([post('/b', 'k')], [post('/b', 'k'), post('/b', 'k')])).toEqual({
      more: [],
      fewer: [],
      other: [],
    });
    expect(repeatsOf([post('/b', 'k')], [post('/b', 'k'), post('/b', 'l')]).more).toEqual([
      '2 times POST /b, 1 in a clean run; each with another Idempotency-Key',
    ]);
  });

  it('with something else in it is another one', () => {
    expect(repeatsOf([mail('a', 'all')], [mail('a', 'half')])).toEqual({
      more: [],
      fewer: [],
      other: ['mail to ann: a holds something else than in a clean run'],
    });
  });

  it('with something in it that differs by itself is the same', () => {
    const noise = sentNoiseOf([mail('a', '10:00')], [mail('a', '10:01')]);
    expect(repeatsOf([mail('a', '10:00')], [mail('a', '10:02')], noise).other).toEqual([]);
  });

  it('by a name that differs by itself is counted by the rest of it', () => {
    const noise = sentNoiseOf([mail('at 10:00'), post('/b')], [mail('at 10:01'), post('/b')]);
    const again = repeatsOf([mail('at 10:00')], [mail('at 10:02'), mail('at 10:03')], noise);
    expect(again.more).toEqual(['2 times mail to ann, 1 in a clean run']);
    // Of the other kind nothing differs.
    expect(repeatsOf([post('/b')], [post('/c')], noise).more).toHaveLength(1);
  });

  it('to somebody else each time is counted all the same', () => {
    const noise = sentNoiseOf([mail('a', 'x', 'u1')], [mail('a', 'x', 'u2')]);
    const again = repeatsOf([mail('a', 'x', 'u1')], [mail('a', 'x', 'u3')], noise);
    expect(again).toEqual({ more: [], fewer: [], other: [] });
    expect(repeatsOf([mail('a')], [], noise).fewer).toEqual(['0 times mail, 1 in a clean run']);
  });
});
