import type { IncomingMessage, ServerResponse } from 'node:http';
import { RuntwiceError } from '../../../core/errors.ts';
import type { Attempt } from '../../../once/attempt.ts';
import type { Ledger } from '../../../once/ledger.ts';
import type { Times } from '../../../once/options.ts';
import type { WebhookAnswer, WebhookCode } from './answers.ts';
import type { Delivery, RawDelivery } from './delivery.ts';
import type { Verifier } from './verifiers.ts';

/** Handles an event; what it returns is not recorded. */
export type WebhookHandler<Event> = (event: Event, attempt: Attempt) => unknown;

/** What a look at the world says about the effect of a handler. */
export type WebhookLooked = { happened: boolean } | 'unknown';

/** As for operations, with the event. */
export type WebhookInterruption<Event> =
  | 'stop'
  | 'rerun'
  | ((event: Event, attempt: Attempt) => WebhookLooked | Promise<WebhookLooked>);

/** A delivery that got no 2xx, or whose handler failed for good. */
export interface WebhookProblem {
  readonly code: WebhookCode;
  /** What was thrown, where something was. */
  readonly error?: unknown;
  /** The event's id, where the signature was right. */
  readonly id?: string;
}

/** `keep`, `remember`, `wait` and `lease` are the ledger's unless they are said here. */
export interface WebhookOptions<Event> extends Times {
  ledger: Ledger;
  /**
   * The sender; and what is done, where two handlers get the same events. The operation's name is
   * `webhook:SOURCE`.
   */
  source: string;
  /** `stripeSignature`, `standardWebhooks`, or your own. */
  verify: Verifier<Event>;
  /** Another id than the verifier's. Take it only from what the signature covers. */
  id?: (event: Event, delivery: Delivery) => string;
  /**
   * What a delivery does that finds an attempt that ended without saying how: its process died, or it
   * threw an error that does not tell. `'stop'` (the default): nothing; it is answered with 500 until
   * the outcome is resolved. `'rerun'`: runs the handler again. A function looks whether its effect is
   * there.
   */
  ifInterrupted?: WebhookInterruption<Event>;
  /** The handler's effects are all inside `attempt.step()`; default false. */
  steps?: boolean;
  /** A larger body is answered with 413: in bytes; default 1,048,576. */
  maxBody?: number;
  /** Hears what went wrong, and why: the sender is told no more than a code. */
  onProblem?: (problem: WebhookProblem) => void;
}

/** Answers deliveries, in three forms. */
export interface WebhookReceiver {
  /**
   * Headers and bytes in, an answer out: for any framework that gives the raw body. Never rejects.
   *
   * Run twice: what is delivered again is answered, and not handled again.
   */
  (delivery: RawDelivery): Promise<WebhookAnswer>;
  /**
   * For servers that speak fetch, such as Hono's.
   *
   * Run twice: what is delivered again is answered, and not handled again.
   * @throws ERR_RUNTWICE_INVALID_ARGUMENT where the body was read before.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * For `node:http`, and for Express, where nobody or `express.raw()` has read the body.
   *
   * Run twice: what is delivered again is answered, and not handled again.
   * @param next Gets what would be thrown: Express and Connect give it.
   * @throws ERR_RUNTWICE_INVALID_ARGUMENT where the body was parsed before.
   */
  readonly node: (
    req: IncomingMessage,
    res: ServerResponse,
    next?: (error: unknown) => void,
  ) => Promise<void>;
}

const MAX_BODY = 1_048_576;

export function maxBodyOf({ maxBody = MAX_BODY }: Pick<WebhookOptions<never>, 'maxBody'>): number {
  if (Number.isSafeInteger(maxBody) && maxBody > 0) return maxBody;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `maxBody is no number of bytes: ${String(maxBody)}`,
    { fix: 'Give a whole number above 0; the default is 1048576.' },
  );
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where there is no ledger, or nothing that checks signatures. */
export function requireParts<Event>({ ledger, verify }: WebhookOptions<Event>): void {
  const isThere = typeof ledger?.operation === 'function' && typeof verify === 'function';
  if (isThere) return;
  const what = typeof verify === 'function' ? 'there is no ledger' : 'nothing checks signatures';
  throw new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, {
    fix: 'Nothing is received. Give ledger, and verify: stripeSignature(stripe, secret), or one of your own.',
  });
}
