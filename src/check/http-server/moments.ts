// Moments in the middle of a request.
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { CheckedServer } from './checked-server.ts';
import type { Exchange } from './exchange.ts';
import type { First } from './subject.ts';

export type Moment = 'its effect was seen' | 'it was answered' | number;

/** The telling ones first, then parts of how long it takes. */
export const KILLS: readonly Moment[] = ['its effect was seen', 'it was answered', 0.5, 0.1, 0.9];
export const LEAVINGS: readonly Moment[] = ['its effect was seen', 0.5, 0.1];

/** In less no moment can be met by the clock. */
const LEAST_MS = 20;

export function momentText(moment: Moment, { elapsedMs }: First): string {
  if (typeof moment === 'string') return `when ${moment}`;
  return `${Math.round(elapsedMs * moment)} ms after it was sent`;
}

/** Waits for the moment; false where the request was answered before. */
export async function reach(
  moment: Moment,
  { server, first, sent, before }: Reaching,
): Promise<boolean> {
  if (moment === 'it was answered') {
    const came = await sent.came;
    return came.status !== undefined;
  }
  if (typeof moment === 'number') {
    if (first.elapsedMs < LEAST_MS) return false;
    await Promise.race([delay(Math.round(first.elapsedMs * moment)), sent.came]);
    return isUnanswered(sent);
  }
  while (!sent.isOver()) {
    if ((await server.effects()) > before) return isUnanswered(sent);
    await Promise.race([delay(2), sent.came]);
  }
  return false;
}

/** An answer that has come, and was not read yet, is one: killed then, the server has nothing left to do. */
async function isUnanswered(sent: Exchange): Promise<boolean> {
  // All that has come in is read between two turns.
  await turn();
  await turn();
  return !sent.isOver();
}

export interface Reaching {
  readonly server: CheckedServer;
  readonly first: First;
  readonly sent: Exchange;
  /** How many effects there were before it was sent. */
  readonly before: number;
}
