import { isRuntwiceError } from '../core/errors.ts';
import type { Call } from './call.ts';
import type { LedgerEvent, WarningEvent } from './events.ts';
import { Leases } from './lease.ts';
import type { LedgerOptions } from './options.ts';
import type { Settled } from './result.ts';
import { Saver } from './saver.ts';
import type { Store } from './store/types.ts';
import type { Surroundings } from './surroundings.ts';

/** What the calls of one ledger share. */
export interface Parts {
  readonly store: Store;
  readonly surroundings: Surroundings;
  readonly leases: Leases;
  readonly saver: Saver;
  readonly maxResultSize: number;
  /** Named in the commands that errors give. */
  readonly url: string | undefined;
  tellCall(call: Call, settled: Settled<unknown>, durationMs: number): void;
  /** Tells of trouble that no caller sees. */
  warn(call: Call, warning: WarningEvent['warning'], message: string, cause?: unknown): void;
}

export function makeParts(options: LedgerOptions, surroundings: Surroundings): Parts {
  const { store, onEvent, url, maxResultSize = 1_048_576 } = options;
  const tell = (event: LedgerEvent): void => {
    try {
      onEvent?.(event);
    } catch {
      // Whoever listens must not change how a call ends.
    }
  };
  return {
    store,
    surroundings,
    leases: new Leases(store, surroundings.clock, surroundings.timers),
    saver: new Saver(store, surroundings.timers),
    maxResultSize,
    url,
    tellCall: (call, settled, durationMs) => {
      if (onEvent === undefined) return;
      tell({ type: 'call', ...about(call, store), ...outcomeOf(settled), durationMs });
    },
    warn: (call, warning, message, cause) =>
      tell({ type: 'warning', ...about(call, store), warning, message, cause }),
  };
}

function about({ identity: { operation, scope, key } }: Call, store: Store) {
  return { operation, scope, key, store: store.name };
}

function outcomeOf(settled: Settled<unknown>) {
  const { outcome } = settled;
  const error = 'error' in settled ? settled.error : undefined;
  return { outcome, ...(isRuntwiceError(error) && { code: error.code }) };
}
