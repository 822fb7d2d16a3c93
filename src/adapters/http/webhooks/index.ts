export type { WebhookAnswer, WebhookCode } from './answers.ts';
export type { Delivery, RawDelivery, WebhookHeaders } from './delivery.ts';
export type {
  WebhookHandler,
  WebhookInterruption,
  WebhookLooked,
  WebhookOptions,
  WebhookProblem,
  WebhookReceiver,
} from './options.ts';
export {
  type StripeClient,
  standardWebhooks,
  stripeSignature,
  type Verified,
  type Verifier,
} from './verifiers.ts';
export { webhook } from './webhook.ts';
