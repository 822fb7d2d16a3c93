import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';

describe('the system clock', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells the time of day', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 24), toFake: ['Date'] });
    expect(systemClock.now()).toBe(Date.UTC(2026, 10, 24));
  });

  it('measures how long something took by a clock of its own that does not jump', () => {
    const before = systemClock.monotonic();
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  });
});
