import { describe, expect, it } from 'vitest';
import { nextTurn, SLICE_MS } from '../../../src/ensure/converge/turns.ts';

describe('turns', () => {
  it('come at least every 10 ms', () => {
    expect(SLICE_MS).toBeLessThanOrEqual(10);
  });

  it('let timers have theirs', async () => {
    let fired = false;
    setTimeout(() => {
      fired = true;
    }, 0);
    for (let turns = 0; !fired && turns < 100_000; turns++) await nextTurn();
    expect(fired).toBe(true);
  });

  it('are more than a turn of promises', async () => {
    const seen: string[] = [];
    setImmediate(() => seen.push('event loop'));
    await nextTurn();
    expect(seen).toEqual(['event loop']);
  });
});
