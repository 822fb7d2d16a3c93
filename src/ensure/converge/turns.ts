/** Synchronous work gives the event loop a turn at least this often: Ctrl-C works, a server lives. */
export const SLICE_MS = 10;

/** Resolves in the event loop's next turn, after input and timers had theirs. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
