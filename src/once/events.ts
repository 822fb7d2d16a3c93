import type { ErrorCode } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';

/** Which call an event is about. */
export interface EventCall {
  readonly operation: string;
  readonly scope: string;
  readonly key: string;
  /** The store's name. */
  readonly store: string;
}

/** How a call ended. */
export interface CallEvent extends EventCall {
  readonly type: 'call';
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** The error's code, if it ended in one of ours. */
  readonly code?: ErrorCode;
}

/** Something is wrong that the caller, who has its result, does not see. */
export interface WarningEvent extends EventCall {
  readonly type: 'warning';
  /** `save-delayed`: the result waits for the store to come back · `saved-late`: it did · `save-abandoned`: the ledger was closed before · `superseded`: another attempt has the key · `result-not-kept`: it cannot be recorded. */
  readonly warning:
    | 'save-delayed'
    | 'saved-late'
    | 'save-abandoned'
    | 'superseded'
    | 'result-not-kept';
  readonly message: string;
  readonly cause?: unknown;
}

export type LedgerEvent = CallEvent | WarningEvent;
