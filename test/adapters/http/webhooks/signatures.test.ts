// What is not the sender's is answered with 400, and leaves no trace in the ledger.
import { describe, expect, it } from 'vitest';
import {
  standardWebhooks,
  stripeSignature,
  type WebhookProblem,
  webhook,
} from '../../../../src/adapters/http/webhooks/index.ts';
import { createLedger } from '../../../../src/once/ledger.ts';
import { memoryStore } from '../../../../src/stores/memory/index.ts';
import {
  type Event,
  SECRET,
  SENDERS,
  type Sender,
  type Sent,
  stripe,
} from '../../../support/webhooks.ts';

const EVENT: Event = { id: 'evt_1', type: 'charge.succeeded' };
const OTHER_SECRET = `whsec_${Buffer.from('another secret').toString('base64')}`;

function open({ verify }: Sender) {
  const ledger = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
  const problems: WebhookProblem[] = [];
  const handled: Event[] = [];
  const receive = webhook(
    { ledger, source: 'test', verify: verify(SECRET), onProblem: (it) => problems.push(it) },
    (event) => handled.push(event),
  );
  const deliver = ({ headers, body }: Sent) =>
    receive({ headers, body: Buffer.from(body, 'latin1') });
  return { ledger, handled, problems, deliver };
}

const FORGED: [what: string, make: (sender: Sender) => Sent][] = [
  ['tampered with', (sender) => tampered(sender.sign(EVENT))],
  ['signed with another secret', (sender) => sender.sign(EVENT, { secret: OTHER_SECRET })],
  ['signed too long ago', (sender) => sender.sign(EVENT, { secondsAgo: 600 })],
  ['without its signature', (sender) => ({ ...sender.sign(EVENT), headers: {} })],
  ['without a body', (sender) => ({ ...sender.sign(EVENT), body: '' })],
  ['signed, and no JSON', (sender) => sender.sign(EVENT, { body: 'no JSON' })],
  ['of bytes that read like those that were signed', (sender) => lookalike(sender)],
  ['of bytes that are no text', (sender) => ({ ...sender.sign(EVENT), body: '\xff' })],
];

describe.each(SENDERS)('a delivery of $name', (sender) => {
  it.each(FORGED)('that is %s is refused, and nothing is recorded', async (_what, make) => {
    const { ledger, handled, problems, deliver } = open(sender);
    const answer = await deliver(make(sender));
    expect(answer).toEqual({
      status: 400,
      headers: { 'Content-Type': 'application/json' },
      body: '{"code":"signature-invalid"}',
    });
    expect(problems).toEqual([{ code: 'signature-invalid', error: expect.any(Error) }]);
    expect(handled).toEqual([]);
    for await (const key of ledger.admin.list()) expect.fail(`recorded: ${key.key}`);
  });

  it('that is forged is refused also where its id was handled', async () => {
    const { handled, deliver } = open(sender);
    expect(await deliver(sender.sign(EVENT))).toMatchObject({ status: 200 });
    expect(await deliver(tampered(sender.sign(EVENT)))).toMatchObject({ status: 400 });
    expect(handled).toEqual([EVENT]);
  });

  it.each(['', '  ', undefined])('is not received with the secret %j', (secret) => {
    expect(() => sender.verify(secret as string)).toThrow(/secret is (empty|missing)/u);
  });
});

it('headers are found whatever their form and case', async () => {
  const [stripeSender] = SENDERS as [Sender];
  const { headers, body } = stripeSender.sign(EVENT);
  const ledger = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
  const verify = stripeSender.verify(SECRET);
  const receive = webhook({ ledger, source: 'test', verify }, () => {});
  const forms = [headers, new Headers(headers), { 'STRIPE-SIGNATURE': Object.values(headers) }];
  for (const form of forms) {
    expect(await receive({ headers: form, body: Buffer.from(body) })).toMatchObject({
      status: 200,
    });
  }
});

it('the id of Standard Webhooks is the signed header, not what the event calls itself', async () => {
  const [, standard] = SENDERS as [Sender, Sender];
  const { handled, deliver } = open(standard);
  const sameId = (body: object) => standard.sign(EVENT, { body: JSON.stringify(body) });
  expect(await deliver(sameId({ id: 'a' }))).toMatchObject({ status: 200 });
  expect(await deliver(sameId({ id: 'b' }))).toMatchObject({
    status: 200,
    headers: { 'Idempotent-Replayed': 'true' },
  });
  expect(handled).toEqual([{ id: 'a' }]);
});

it('a secret that is no base64 is refused, and named nowhere', () => {
  expect(() => standardWebhooks('whsec_§§§')).toThrow(/^the webhook's secret is not base64$/u);
});

it("events have the type that the sender's own client gives them", () => {
  const ledger = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
  webhook({ ledger, source: 'stripe', verify: stripeSignature(stripe, SECRET) }, (event) => {
    const type: 'charge.succeeded' | string = event.type;
    // @ts-expect-error: Stripe's events have no such member.
    return [type, event.nothing];
  });
});

/** Decoded as browsers do, both are the same text. */
function lookalike(sender: Sender): Sent {
  const { headers, body } = sender.sign(EVENT, {
    body: JSON.stringify({ ...EVENT, note: '\ufffd' }),
  });
  return { headers, body: body.replace('\ufffd', '\xff') };
}

function tampered({ headers, body }: Sent): Sent {
  return { headers, body: body.replace('succeeded', 'refunded') };
}
