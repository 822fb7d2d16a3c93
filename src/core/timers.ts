/** Where waiting comes from: a parameter, so that tests and the simulator decide it. */
export interface Timers {
  /** Calls back once after so many milliseconds; returns what calls it off. */
  after(ms: number, callback: () => void, options?: { keepAlive?: boolean }): () => void;
}

/** The event loop's own timers. */
export const systemTimers: Timers = {
  after(ms, callback, { keepAlive = true } = {}) {
    const timer = setTimeout(callback, ms);
    if (!keepAlive) timer.unref?.();
    return () => clearTimeout(timer);
  },
};

export function sleep(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve);
  });
}
