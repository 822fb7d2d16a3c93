export { type Clock, systemClock } from './core/clock.ts';
export type { Duration } from './core/duration.ts';
export {
  type ErrorCode,
  type ErrorOptions,
  isRuntwiceError,
  RuntwiceError,
} from './core/errors.ts';
export { exitCode } from './core/exit-code.ts';
export {
  type Counts,
  OUTCOME_GROUPS,
  OUTCOMES,
  type Outcome,
  type OutcomeGroup,
} from './core/outcome.ts';
export type { DetailValue, Report, ReportDetails, ReportItem } from './core/report.ts';
export { type Style, type Verb, verdict, type Words } from './core/words.ts';
export * from './ensure/converge/index.ts';
export type { KeyName, ListOptions, Resolution } from './once/admin.ts';
export type { Attempt, StepOptions } from './once/attempt.ts';
export type { Run } from './once/call.ts';
export type { ResultCodec } from './once/codec.ts';
export { FinalError, NothingHappened } from './once/errors.ts';
export type { CallEvent, EventCall, LedgerEvent, WarningEvent } from './once/events.ts';
export type { Interruption, LookedUp } from './once/interruption.ts';
export type { KeyView } from './once/key-view.ts';
export { createLedger, type Ledger, type OnceCall } from './once/ledger.ts';
export type { Operation, OperationCall } from './once/operation.ts';
export type { Keep, LedgerOptions, OperationOptions, Times } from './once/options.ts';
export type { Done, NotDone, Settled } from './once/result.ts';
export type { RecordState, Store, StoreDurability } from './once/store/types.ts';
export { type MemoryStoreOptions, memoryStore } from './stores/memory/index.ts';
