// Sends a request until it has an answer worth giving out. Kept retry libraries have no place for a delay
// that the server asks for, for a limit that ends a running attempt, or for a clock that tests decide.
import { isNeverConnected } from '../../../once/errors.ts';
import { untilTold } from '../../../once/wait.ts';
import { attemptOnce, type Came } from './attempt.ts';
import { placeOf } from './failure.ts';
import { confirms } from './info.ts';
import type { Settings } from './options.ts';
import type { Outgoing } from './outgoing.ts';
import { backoffMs, isWorthRetrying, retryAfterMs } from './retry.ts';
import type { Surroundings } from './surroundings.ts';

/** What the last attempt gave, and what is known of all of them. */
export interface Ended {
  readonly came: Came;
  readonly attempts: number;
  /** Some answer showed that the server knows of the key. */
  readonly isConfirmed: boolean;
  /** Some attempt came as far as a connection. */
  readonly mayHaveHappened: boolean;
}

/** @throws the reason of the caller's signal. */
export async function send(
  outgoing: Outgoing,
  settings: Settings,
  surroundings: Surroundings,
): Promise<Ended> {
  const { clock, timers } = surroundings;
  const { method, url, key, signal } = outgoing;
  const { timeoutMs, maxBufferedBody, keyHeader } = settings;
  const about = { method, url: placeOf(url), key };
  const endsAt = clock.monotonic() + settings.deadlineMs;
  let isConfirmed = false;
  let mayHaveHappened = false;
  for (let attempt = 1; ; attempt++) {
    settings.onAttempt({ ...about, attempt });
    // A busy process may come late from its delay: the attempt has a moment all the same.
    const limitMs = Math.max(1, Math.ceil(Math.min(timeoutMs, endsAt - clock.monotonic())));
    const came = await attemptOnce(outgoing, limitMs, maxBufferedBody, timers);
    const { response } = came;
    isConfirmed ||= response !== undefined && confirms(response, key, keyHeader);
    mayHaveHappened ||= response !== undefined || !isNeverConnected(came.error);
    const delayMs = delayAfter(came, attempt, outgoing, settings, surroundings);
    if (delayMs === undefined || delayMs >= endsAt - clock.monotonic()) {
      return { came, attempts: attempt, isConfirmed, mayHaveHappened };
    }
    settings.onRetry({ ...about, ...outcomeOf(came), attempt, delayMs });
    letGo(response);
    await untilTold(new Promise<never>(() => {}), signal, { timers, ms: delayMs });
  }
}

/** How long to wait before the next attempt; undefined where there is none. */
function delayAfter(
  came: Came,
  attempt: number,
  { isRepeatable }: Outgoing,
  settings: Settings,
  surroundings: Surroundings,
): number | undefined {
  if (!isRepeatable || attempt >= settings.attempts || !isWorthRetrying(came)) return undefined;
  const asked = retryAfterMs(came.response, surroundings.clock.now()) ?? 0;
  return Math.max(asked, backoffMs(attempt, settings, surroundings.random()));
}

function outcomeOf(came: Came): { status: number | undefined; error: unknown } {
  return came.response === undefined
    ? { status: came.status, error: came.error }
    : { status: came.response.status, error: undefined };
}

/** Frees the connection of an answer that nobody will read. */
function letGo(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {});
}
