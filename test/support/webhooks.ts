// Senders of webhooks, and servers that receive them.
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import express from 'express';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { onTestFinished } from 'vitest';
import {
  standardWebhooks,
  stripeSignature,
  type Verifier,
  type WebhookReceiver,
} from '../../src/adapters/http/webhooks/index.ts';

export const SECRET: string = `whsec_${Buffer.from('a secret that is made up').toString('base64')}`;

export const stripe: Stripe = new Stripe('sk_test_made_up');

export interface Event {
  id: string;
  type: string;
}

/** What one delivery consists of. */
export interface Sent {
  headers: Record<string, string>;
  body: string;
}

export interface Sender {
  readonly name: string;
  verify(secret: string): Verifier<Event>;
  /** Signs as the sender does; `secondsAgo`: when. */
  sign(event: Event, options?: { secret?: string; secondsAgo?: number; body?: string }): Sent;
}

const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;

export const SENDERS: readonly Sender[] = [
  {
    name: 'Stripe',
    verify: (secret) => stripeSignature(stripe, secret),
    sign(event, { secret = SECRET, secondsAgo = 0, body = JSON.stringify(event) } = {}) {
      const timestamp = seconds(secondsAgo);
      const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
      return { headers: { 'Stripe-Signature': header }, body };
    },
  },
  {
    name: 'Standard Webhooks',
    verify: (secret) => standardWebhooks<Event>(secret),
    sign(event, { secret = SECRET, secondsAgo = 0, body = JSON.stringify(event) } = {}) {
      const timestamp = seconds(secondsAgo);
      const signature = new Webhook(secret).sign(event.id, new Date(timestamp * 1000), body);
      const headers = {
        'Webhook-Id': event.id,
        'Webhook-Timestamp': String(timestamp),
        'Webhook-Signature': signature,
      };
      return { headers, body };
    },
  },
];

/** Listens until the test is over. */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

export interface Form {
  readonly name: string;
  serve(receive: WebhookReceiver): Promise<string>;
}

export const FORMS: readonly Form[] = [
  { name: 'node:http', serve: (receive) => listen(receive.node) },
  {
    name: 'Express with express.raw()',
    serve: (receive) => {
      const raw = express.raw({ type: '*/*', limit: '10mb' });
      return listen(express().post('/hook', raw, receive.node));
    },
  },
  {
    name: 'Express with the body unread',
    serve: (receive) => listen(express().post('/hook', receive.node)),
  },
  { name: 'fetch', serve: (receive) => listen(getRequestListener(receive.fetch)) },
];

export interface Answer {
  status: number;
  replayed: string | null;
  retryAfter: string | null;
  body: unknown;
}

export async function deliver(url: string, { headers, body }: Sent): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers, body });
  return {
    status: response.status,
    replayed: response.headers.get('idempotent-replayed'),
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  };
}
