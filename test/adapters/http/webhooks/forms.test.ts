// Real servers in each form, real signatures of each sender.
import { type ClientRequest, request } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { type WebhookHandler, webhook } from '../../../../src/adapters/http/webhooks/index.ts';
import { isRuntwiceError } from '../../../../src/core/errors.ts';
import { createLedger, type Ledger } from '../../../../src/once/ledger.ts';
import { memoryStore } from '../../../../src/stores/memory/index.ts';
import { gate } from '../../../support/ledgers.ts';
import {
  deliver,
  type Event,
  FORMS,
  listen,
  SECRET,
  SENDERS,
  type Sender,
} from '../../../support/webhooks.ts';

const EVENT: Event = { id: 'evt_1', type: 'charge.succeeded' };
const [stripeSender] = SENDERS as [Sender];

function open(handle: WebhookHandler<Event>, { sender = stripeSender, maxBody = 1000 } = {}) {
  const ledger: Ledger = createLedger({ store: memoryStore(), namespace: 'test', keep: '1d' });
  const verify = sender.verify(SECRET);
  return { ledger, receive: webhook({ ledger, source: 'test', verify, maxBody }, handle) };
}

describe.each(FORMS)('a webhook by $name', ({ serve }) => {
  it.each(SENDERS)(
    'of $name that comes twice is handled once and answered twice',
    async (sender) => {
      const handled: Event[] = [];
      const { receive } = open((event) => handled.push(event), { sender });
      const url = await serve(receive);
      const first = await deliver(url, sender.sign(EVENT));
      const second = await deliver(url, sender.sign(EVENT, { secondsAgo: 5 }));
      expect(first).toEqual({
        status: 200,
        replayed: null,
        retryAfter: null,
        body: { code: 'handled' },
      });
      expect(second).toEqual({ ...first, replayed: 'true' });
      expect(handled).toEqual([EVENT]);
    },
  );

  it('may be as large as maxBody and no larger, however it is sent', async () => {
    const sizes: number[] = [];
    const { receive } = open((event) => sizes.push(JSON.stringify(event).length));
    const url = await serve(receive);
    const padded = (size: number, id: string) => {
      const body = JSON.stringify({ id, pad: '' });
      return body.replace('""', `"${'x'.repeat(size - body.length)}"`);
    };
    for (const isChunked of [false, true]) {
      const send = (size: number, id: string) => {
        const { headers, body } = stripeSender.sign(EVENT, { body: padded(size, id) });
        return post(url, headers, body, isChunked);
      };
      expect(await send(1000, `fits ${isChunked}`)).toBe(200);
      expect(await send(1001, `does not ${isChunked}`)).toBe(413);
      expect(await send(300_000, `not at all ${isChunked}`)).toBe(413);
    }
    expect(sizes).toEqual([1000, 1000]);
  });

  it('is handled to its end where the sender does not wait', async () => {
    const work = gate<void>();
    const { receive } = open(work.run);
    const url = await serve(receive);
    const { headers, body } = stripeSender.sign(EVENT);
    const impatient = request(url, { method: 'POST', headers });
    impatient.on('error', () => {}).end(body);
    await work.begun;
    await leave(impatient);
    work.end();
    expect(await deliver(url, stripeSender.sign(EVENT))).toMatchObject({
      status: 200,
      replayed: 'true',
    });
  });

  it('whose sender leaves in the middle of the body is not handled, and harms nothing', async () => {
    const handled: Event[] = [];
    const { receive } = open((event) => handled.push(event));
    const url = await serve(receive);
    const { headers, body } = stripeSender.sign(EVENT);
    const cut = request(url, { method: 'POST', headers: { ...headers, 'Content-Length': 100 } });
    cut.on('error', () => {});
    await new Promise((resolve) => {
      cut.write(body.slice(0, 10), resolve);
    });
    await leave(cut);
    expect(await deliver(url, stripeSender.sign(EVENT))).toMatchObject({
      status: 200,
      replayed: null,
    });
    expect(handled).toHaveLength(1);
  });
});

describe('a body that was read before', () => {
  it('is an error that says what to do, and nothing is handled', async () => {
    const { receive, ledger } = open(() => expect.fail('handled'));
    const errors: unknown[] = [];
    const report: ErrorRequestHandler = (error, _req, res, _next) => {
      errors.push(error);
      res.status(500).json({});
    };
    const app = express()
      .use(express.json({ type: '*/*' }))
      .post('/hook', receive.node)
      .use(report);
    const url = await listen(app);
    expect(await deliver(url, stripeSender.sign(EVENT))).toMatchObject({ status: 500 });
    const [error] = errors;
    expect(isRuntwiceError(error, 'ERR_RUNTWICE_INVALID_ARGUMENT')).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining('parsed before'),
      fix: expect.stringContaining('express.raw('),
    });
    expect(await ledger.admin.stats()).toMatchObject({ done: 0, unknown: 0 });
  });

  it('is one where nothing was left of it, too', async () => {
    const { receive } = open(() => expect.fail('handled'));
    const thrown = Promise.withResolvers<unknown>();
    const url = await listen(async (req, res) => {
      await req.toArray();
      await receive.node(req, res).catch(thrown.resolve);
      res.end('{}');
    });
    await deliver(url, stripeSender.sign(EVENT));
    expect(await thrown.promise).toMatchObject({ code: 'ERR_RUNTWICE_INVALID_ARGUMENT' });
    const used = new Request('http://127.0.0.1/', { method: 'POST', body: 'x' });
    await used.text();
    await expect(receive.fetch(used)).rejects.toMatchObject({
      code: 'ERR_RUNTWICE_INVALID_ARGUMENT',
    });
  });
});

function leave(sender: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    sender.once('close', resolve);
    sender.destroy();
  });
}

/** The status; `isChunked`: sent without saying how much it will be. */
async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  isChunked: boolean,
): Promise<number> {
  const content = isChunked ? new Blob([body]).stream() : body;
  const init = { method: 'POST', headers, body: content, ...(isChunked && { duplex: 'half' }) };
  const response = await fetch(url, init as RequestInit);
  await response.text();
  return response.status;
}
