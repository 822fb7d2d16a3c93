// Where there is no helper, as on macOS and Windows, or it may not trace: nothing is seen of a run but what
// is there afterwards, and it is killed by the clock.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type HereOptions, within } from './here.ts';
import { HostRelays } from './host-relays.ts';
import type { Launched, Launcher, RunOptions } from './launch.ts';
import { Started } from './started.ts';

export class Timed implements Launcher {
  readonly kind = 'timed';
  readonly unobserved: readonly string[] = [
    'what it did outside of its copy, whom it talked to but by requests that heed the proxy, and what left its process group, which may still run',
  ];
  readonly #how: HereOptions;

  constructor(how: HereOptions) {
    this.#how = how;
  }

  launch(scratch: string, asked: RunOptions, signal: AbortSignal | undefined): Promise<Launched> {
    const { at, relays } = this.#how;
    return within(scratch, at, async () => {
      const own = await HostRelays.open(asked.relays ?? {});
      try {
        const run = await this.#run(asked, signal);
        await Promise.all([relays.settled(), own.settled()]);
        return run;
      } finally {
        await own.close();
      }
    });
  }

  async close(): Promise<void> {
    await this.#how.relays.close();
  }

  async #run(
    { killAfterMs, againAfterMs, env }: RunOptions,
    signal: AbortSignal | undefined,
  ): Promise<Launched> {
    const { at, command, timeoutMs } = this.#how;
    const starts: Started[] = [];
    const startedAt = performance.now();
    let [isOver, isKilled, isTimedOut] = [false, false, false];
    const start = () =>
      starts.push(new Started(command, join(at, 'work'), { ...this.#how.env, ...env }));
    const end = (): boolean => {
      isOver = true;
      const running = starts.filter(({ isRunning }) => isRunning);
      for (const one of running) one.kill();
      return running.length > 0;
    };
    const timers = [
      setTimeout(() => {
        isTimedOut = end();
      }, timeoutMs),
    ];
    start();
    if (killAfterMs !== undefined) {
      timers.push(
        setTimeout(() => {
          isKilled = end();
        }, killAfterMs),
      );
    }
    signal?.addEventListener('abort', end);
    try {
      if (againAfterMs !== undefined) {
        await delay(againAfterMs);
        if (!isOver) start();
      }
      const endings = await Promise.all(starts.map(({ ending }) => ending));
      signal?.throwIfAborted();
      return {
        effects: [],
        connects: [],
        ends: isKilled || isTimedOut ? [] : endings.map(({ code }) => code),
        stdout: endings.map(({ stdout }) => stdout).join(''),
        stderr: endings.map(({ stderr }) => stderr).join(''),
        isKilled,
        isTimedOut,
        isLeft: endings.some(({ isLeft }) => isLeft),
        isFailed: false,
        elapsedMs: Math.max(...endings.map(({ at }) => at)) - startedAt,
        isClockKept: false,
      };
    } finally {
      signal?.removeEventListener('abort', end);
      for (const timer of timers) clearTimeout(timer);
    }
  }
}
