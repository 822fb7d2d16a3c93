import { RuntwiceError } from '../../../core/errors.ts';
import { Webhook } from '../../../vendor/standardwebhooks.ts';
import type { Delivery } from './delivery.ts';

/** A delivery that is the sender's own. */
export interface Verified<Event> {
  /** The same each time the sender delivers the event. Only from what the signature covers. */
  readonly id: string;
  readonly event: Event;
}

/**
 * Says whose delivery it is, and what is in it.
 * @throws where the signature is not the sender's, or is too old.
 */
export type Verifier<Event> = (delivery: Delivery) => Verified<Event> | Promise<Verified<Event>>;

/** The part of a client of the package `stripe` that is used. */
export interface StripeClient<Event extends { id: string }> {
  webhooks: { constructEvent(payload: string, header: string, secret: string): Event };
}

/**
 * Deliveries of Stripe, verified by your own client; the id is the event's.
 *
 * Run twice: Stripe signs each delivery of an event anew; its id stays.
 * @param secret The endpoint's, `whsec_…`.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where the secret is empty: anybody could sign with that.
 */
export function stripeSignature<Event extends { id: string }>(
  stripe: StripeClient<Event>,
  secret: string,
): Verifier<Event> {
  requireSecret(secret);
  return (delivery) => {
    const header = delivery.header('stripe-signature') ?? '';
    const event = stripe.webhooks.constructEvent(textOf(delivery), header, secret);
    return { id: event.id, event };
  };
}

const STANDARD_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

/**
 * Deliveries by the Standard Webhooks specification (standardwebhooks.com), as Svix, OpenAI, Resend and
 * others send them; the id is the header `webhook-id`, which the signature covers. A timestamp may be
 * five minutes off.
 *
 * Run twice: each delivery of a message has a timestamp and a signature of its own; its id stays.
 * @param secret The endpoint's: `whsec_` and base64, or base64 alone.
 * @typeParam Event What you know of the sender's JSON. Only its signature is looked at.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where the secret is empty or no base64.
 */
export function standardWebhooks<Event = unknown>(secret: string): Verifier<Event> {
  requireSecret(secret);
  const webhook = webhookOf(secret);
  return (delivery) => {
    const headers = STANDARD_HEADERS.map((name) => [name, delivery.header(name) ?? ''] as const);
    const event = webhook.verify(textOf(delivery), Object.fromEntries(headers)) as Event;
    return { id: delivery.header('webhook-id') ?? '', event };
  };
}

function webhookOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw noSecret('is not base64');
  }
}

function requireSecret(secret: unknown): void {
  if (typeof secret !== 'string') throw noSecret('is missing');
  if (secret.trim() === '') throw noSecret('is empty');
}

/** The secret itself is in no message: logs are read by many. */
function noSecret(why: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `the webhook's secret ${why}`, {
    fix: "Give the endpoint's own secret, as its sender shows it.",
  });
}

/** Signatures are of bytes, and libraries take them as text: bytes that are no text match nothing. */
function textOf({ body }: Delivery): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
}
