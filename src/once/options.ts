import { type Duration, durationMs } from '../core/duration.ts';
import { RuntwiceError } from '../core/errors.ts';
import { identityText } from '../core/key.ts';
import type { ResultCodec } from './codec.ts';
import type { LedgerEvent } from './events.ts';
import type { Interruption } from './interruption.ts';
import type { Store, StoreDurability } from './store/types.ts';

/** How long results are kept. */
export type Keep = Duration | 'forever';

/** How long things last; each operation and call may say otherwise. */
export interface Times {
  /** How long a finished result is given out again. */
  keep?: Keep;
  /** How long the key without its result is remembered after that; default 90 days. */
  remember?: Duration;
  /** How long a call waits for another that is running with the same key; default 10 s. 0: not at all. */
  wait?: Duration;
  /**
   * How long an attempt is believed to live without a sign of life; default 30 s, at least 1 s. It is
   * renewed at a third of that while the attempt runs.
   */
  lease?: Duration;
}

export interface LedgerOptions extends Times {
  /** Where the records are kept. */
  store: Store;
  /** The application and its stage: keys of one namespace never meet those of another. */
  namespace: string;
  /** How long a finished result is given out again. There is no default: it is how long a repetition may be late. */
  keep: Keep;
  /** A recorded result is at most so long, in UTF-16 units of its text; default 1,048,576. */
  maxResultSize?: number;
  /** Hears how every call ended, and of trouble that no caller sees. */
  onEvent?: (event: LedgerEvent) => void;
  /** Refuses a store that keeps less: `disk` or `quorum`. */
  requireDurability?: StoreDurability;
  /** The store's URL without its password, for the commands that errors name. */
  url?: string;
}

export interface OperationOptions<Input, Value> extends Times {
  /**
   * What a call does that finds an attempt that ended without saying how: its process died, or it
   * threw an error that does not tell. `'stop'` (the default): nothing; the call throws
   * OUTCOME_UNKNOWN. `'rerun'`: runs it again; the effect may happen twice. A function looks whether
   * it happened.
   */
  ifInterrupted?: Interruption<Input, Value>;
  /**
   * The operation's effects are all inside `attempt.step()`: finished steps are not run again, and
   * the code around them is. Default false.
   */
  steps?: boolean;
  /** For results that are no plain values. */
  result?: ResultCodec<Value>;
}

/** The same in milliseconds, complete. */
export interface TimesMs {
  readonly keepMs: number;
  readonly rememberMs: number;
  readonly waitMs: number;
  readonly leaseMs: number;
}

const DEFAULTS: TimesMs = {
  keepMs: Number.NaN,
  rememberMs: durationMs('90d', 'remember'),
  waitMs: durationMs('10s', 'wait'),
  leaseMs: durationMs('30s', 'lease'),
};

const MIN_LEASE_MS = 1000;

export function timesOf(times: Times, base: TimesMs = DEFAULTS): TimesMs {
  const { keep, remember, wait, lease } = times;
  const leaseMs = lease === undefined ? base.leaseMs : durationMs(lease, 'lease');
  if (leaseMs < MIN_LEASE_MS) {
    throw new RuntwiceError(
      'ERR_RUNTWICE_INVALID_ARGUMENT',
      `the lease is too short: ${leaseMs} ms, at least ${MIN_LEASE_MS}`,
      { fix: 'A busy event loop is late by as much; the default is 30 s.' },
    );
  }
  return {
    keepMs: keep === undefined ? base.keepMs : keepMs(keep),
    rememberMs: remember === undefined ? base.rememberMs : durationMs(remember, 'remember'),
    waitMs: wait === undefined ? base.waitMs : durationMs(wait, 'wait'),
    leaseMs,
  };
}

function keepMs(keep: Keep): number {
  return keep === 'forever' ? Number.POSITIVE_INFINITY : durationMs(keep, 'keep');
}

const STRENGTH: readonly StoreDurability[] = ['process', 'disk', 'quorum'];

/** @throws where an option cannot be used, or the store keeps less than is required. */
export function requireOptions({ store, namespace, keep, requireDurability }: LedgerOptions): void {
  identityText({ namespace, scope: '', operation: '-', key: '-' });
  if (keep === undefined) {
    throw new RuntwiceError(
      'ERR_RUNTWICE_INVALID_ARGUMENT',
      "the ledger's option keep is missing",
      {
        fix: "Say how late a repetition may come: '30d', or 'forever'.",
      },
    );
  }
  if (requireDurability === undefined) return;
  if (STRENGTH.indexOf(store.durability) >= STRENGTH.indexOf(requireDurability)) return;
  throw new RuntwiceError(
    'ERR_RUNTWICE_STORE_TOO_WEAK',
    `the ${store.name} store keeps records through the loss of less than is required: ${store.durability}, not ${requireDurability}`,
    { fix: 'Use a store that keeps more, or require less.' },
  );
}
