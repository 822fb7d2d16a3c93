// What every mount gives beside its own `idempotency`.

export { FinalError, NothingHappened } from '../../../once/errors.ts';
export {
  type AbandonedRequest,
  Completer,
  type CompleterOptions,
  type CompleterReport,
  createCompleter,
} from '../completer.ts';
export { type Idem, idem } from '../engine/idem.ts';
export type { StoreInput } from '../engine/input.ts';
export type {
  Dialect,
  FoundAnswer,
  HttpInterruption,
  IdempotencyOptions,
} from '../engine/options.ts';
export type { ProblemCode } from '../engine/problems.ts';
export type { Content, NeutralRequest } from '../engine/types.ts';
export { etagOf } from '../etag.ts';
export { openApi } from '../openapi.ts';
export * from '../preconditions.ts';
export { CORS } from './cors.ts';
