import type { Cut } from '../observers/http/recorder.ts';
import type { Address } from '../scenarios/address.ts';
import type { Point } from '../scenarios/points.ts';
import type { Told } from './effects.ts';

/** What is asked of one run. */
export interface RunOptions {
  /** The effect that it is killed before, or after. */
  readonly kill?: Point;
  /** It is killed after so long, where its effects are not seen. */
  readonly killAfterMs?: number;
  /** So long after the first start there is a second one. */
  readonly againAfterMs?: number;
  /** The disk is full from this effect on, for its kind, or broken at it. */
  readonly fail?: Address & { readonly how: 'full' | 'broken' };
  /** The connection of one of its requests is cut. */
  readonly cut?: Cut;
  /** So much later it is for the command. */
  readonly clockAheadMs?: number;
  /** Variables of this run only. */
  readonly env?: Readonly<Record<string, string>>;
  /** Sockets of this run only, by the ports at which the command finds them. */
  readonly relays?: Readonly<Record<number, string>>;
}

/** How a run went, but for what it sent. */
export interface Launched extends Told {
  readonly stdout: string;
  readonly stderr: string;
  readonly isTimedOut: boolean;
  /** Until the command had ended. */
  readonly elapsedMs: number;
}

/** A way to run a command in a copy. */
export interface Launcher {
  /** Kept apart; or with all of the machine in its reach, its effects seen, or not even those. */
  readonly kind: 'isolated' | 'traced' | 'timed';
  /** What was not seen of the runs until now. */
  readonly unobserved: readonly string[];
  /**
   * Runs it once, or twice at once.
   * @throws CannotCheck, and what the signal was aborted with.
   */
  launch(scratch: string, options: RunOptions, signal: AbortSignal | undefined): Promise<Launched>;
  close(): Promise<void>;
}
