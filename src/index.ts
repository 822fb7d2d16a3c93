export { type Clock, systemClock } from './core/clock.ts';
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
