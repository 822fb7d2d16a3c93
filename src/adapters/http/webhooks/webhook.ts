import { isRuntwiceError } from '../../../core/errors.ts';
import type { Attempt } from '../../../once/attempt.ts';
import type { Run } from '../../../once/call.ts';
import type { Interruption } from '../../../once/interruption.ts';
import type { Operation } from '../../../once/operation.ts';
import { answerOf, failureCode, toldOf, type WebhookAnswer } from './answers.ts';
import { type Delivery, deliveryOf, type RawDelivery } from './delivery.ts';
import { fetchForm, nodeForm } from './forms.ts';
import {
  maxBodyOf,
  requireParts,
  type WebhookHandler,
  type WebhookOptions,
  type WebhookProblem,
  type WebhookReceiver,
} from './options.ts';
import type { Verified } from './verifiers.ts';

/**
 * Handles each event of a sender once, however often it is delivered, and answers 200 every time.
 *
 * Run twice: an id that was handled is answered with 200 and `Idempotent-Replayed: true`, whatever
 * else is in the delivery: senders write their events anew, so that the id alone is the identity.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option cannot be used.
 */
export function webhook<Event>(
  options: WebhookOptions<Event>,
  handle: WebhookHandler<Event>,
): WebhookReceiver {
  requireParts(options);
  const maxBody = maxBodyOf(options);
  // Options that cannot be used are told now, not at the first delivery.
  operationOf(options, () => null, 'stop');
  const receive = async (raw: RawDelivery): Promise<WebhookAnswer> => {
    if (raw.body.length > maxBody) return problemAnswer(options, { code: 'body-too-large' });
    let verified: Verified<Event>;
    try {
      verified = await verifiedOf(options, deliveryOf(raw));
    } catch (error) {
      return problemAnswer(options, { code: 'signature-invalid', error });
    }
    return handledAnswer(options, handle, verified);
  };
  return Object.assign(receive, {
    fetch: fetchForm(receive, maxBody),
    node: nodeForm(receive, maxBody),
  });
}

async function verifiedOf<Event>(
  { verify, id }: WebhookOptions<Event>,
  delivery: Delivery,
): Promise<Verified<Event>> {
  const verified = await verify(delivery);
  return id === undefined ? verified : { ...verified, id: id(verified.event, delivery) };
}

async function handledAnswer<Event>(
  options: WebhookOptions<Event>,
  handle: WebhookHandler<Event>,
  { id, event }: Verified<Event>,
): Promise<WebhookAnswer> {
  let ran = false;
  const run = async (_input: null, attempt: Attempt): Promise<null> => {
    ran = true;
    await handle(event, attempt);
    return null;
  };
  const operation = operationOf(options, run, interruptionOf(options, event));
  try {
    const settled = await operation.settle(null, { key: id });
    const { code, isReplayed } = toldOf(settled, ran);
    if (code === 'handled' || !('error' in settled)) return answerOf(code, isReplayed);
    return problemAnswer(options, { code, error: settled.error, id }, isReplayed);
  } catch (error) {
    const isUnusable = isRuntwiceError(error, 'ERR_RUNTWICE_INVALID_ARGUMENT');
    return problemAnswer(options, {
      code: isUnusable ? 'id-invalid' : failureCode(error),
      error,
      id,
    });
  }
}

/** The event is no input of the operation, so that one that is written anew is the same call. */
function operationOf<Event>(
  options: WebhookOptions<Event>,
  run: Run<null, null>,
  ifInterrupted: Interruption<null, null>,
): Operation<null, null> {
  const { ledger, source } = options;
  return ledger.operation(`webhook:${source}`, run, { ...options, ifInterrupted });
}

function interruptionOf<Event>(
  { ifInterrupted = 'stop' }: WebhookOptions<Event>,
  event: Event,
): Interruption<null, null> {
  if (typeof ifInterrupted === 'string') return ifInterrupted;
  return async (_input, attempt) => {
    const looked = await ifInterrupted(event, attempt);
    if (looked === 'unknown') return looked;
    return looked.happened ? { happened: true, value: null } : { happened: false };
  };
}

function problemAnswer<Event>(
  { onProblem }: WebhookOptions<Event>,
  problem: WebhookProblem,
  isReplayed = false,
): WebhookAnswer {
  // Whoever listens, and fails at once or later, must not change the answer.
  new Promise((resolve) => resolve(onProblem?.(problem))).catch(() => {});
  return answerOf(problem.code, isReplayed);
}
