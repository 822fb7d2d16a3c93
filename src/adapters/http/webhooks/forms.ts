import type { IncomingMessage } from 'node:http';
import { RuntwiceError } from '../../../core/errors.ts';
import { answerOf, type WebhookAnswer } from './answers.ts';
import { type RawDelivery, readBody, type WebhookHeaders } from './delivery.ts';
import type { WebhookReceiver } from './options.ts';

type Receive = (delivery: RawDelivery) => Promise<WebhookAnswer>;

export function fetchForm(receive: Receive, maxBody: number): WebhookReceiver['fetch'] {
  return async (request) => {
    if (request.bodyUsed) throw bodyRead('the body was read before');
    const chunks = request.body ?? noChunks();
    const answer = await readAndReceive(request.headers, chunks, receive, maxBody);
    return new Response(answer.body, { status: answer.status, headers: answer.headers });
  };
}

export function nodeForm(receive: Receive, maxBody: number): WebhookReceiver['node'] {
  return async (req, res, next) => {
    try {
      const { status, headers, body } = await nodeAnswer(req, receive, maxBody);
      if (res.headersSent) return;
      res.statusCode = status;
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      res.end(body);
    } catch (error) {
      if (next === undefined) throw error;
      next(error);
    }
  };
}

/** Where a middleware has read the body, it left what it made of it in `body`. */
async function nodeAnswer(
  req: IncomingMessage & { body?: unknown },
  receive: Receive,
  maxBody: number,
): Promise<WebhookAnswer> {
  const { body, headers } = req;
  if (body instanceof Uint8Array) return receive({ headers, body });
  if (body !== undefined) throw bodyRead('the body was parsed before');
  if (req.readableDidRead) throw bodyRead('the body was read before');
  return readAndReceive(headers, req, receive, maxBody);
}

async function readAndReceive(
  headers: WebhookHeaders,
  chunks: AsyncIterable<Uint8Array>,
  receive: Receive,
  maxBody: number,
): Promise<WebhookAnswer> {
  let body: Uint8Array;
  try {
    body = await readBody(chunks, maxBody);
  } catch {
    // The sender left before it had sent all: most likely nobody hears this.
    return answerOf('body-unreadable');
  }
  return receive({ headers, body });
}

async function* noChunks(): AsyncGenerator<Uint8Array> {}

function bodyRead(what: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `a webhook needs its raw body, and ${what}`,
    {
      fix: "Nothing was handled. In Express put express.raw({ type: '*/*' }) before this route, and express.json() after it; elsewhere turn the parser off for it.",
    },
  );
}
