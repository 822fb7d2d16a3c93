import type { IncomingMessage, ServerResponse } from 'node:http';
import { Engine } from '../engine/engine.ts';
import type { IdempotencyOptions } from '../engine/options.ts';
import { problem } from '../engine/problems.ts';
import type { NodeCapture } from './node/capture.ts';
import { guard } from './node/guard.ts';
import { NodeRequest } from './node/request.ts';
import { sendAnswer } from './node/send.ts';
import { Spool } from './spool.ts';

export * from './shared.ts';

/** A handler of node:http that is given the body, as it was read for it. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  body: RequestBody,
) => void | Promise<void>;

export interface NodeOptions extends IdempotencyOptions<IncomingMessage> {
  /** Hears what a handler, or one of the options' functions, threw; the client gets a 500. Default: stderr. */
  onError?: (error: unknown, request: IncomingMessage) => void;
}

/** The body of a request. */
export interface RequestBody {
  /** How many bytes it has. */
  readonly size: number;
  /** All of it, in memory. */
  bytes(): Promise<Buffer>;
  /** All of it, from the beginning; any number of times. */
  stream(): NodeJS.ReadableStream;
}

/**
 * A handler for `http.createServer` that gives requests with one `Idempotency-Key` one answer:
 * `createServer(idempotent({ ledger, scope }, async (req, res, body) => …))`. The body is read here, to be
 * compared, and given to the handler.
 *
 * Run twice: the second request with a key gets the first one's answer; its handler is not run.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option is missing or cannot be used.
 */
export function idempotent(
  options: NodeOptions,
  handler: NodeHandler,
): (request: IncomingMessage, response: ServerResponse) => void {
  const engine = new Engine(options);
  const { onError = console.error } = options;
  return (request, response) => {
    const fail = (error: unknown): void => {
      answer500(response);
      onError(error, request);
    };
    serve(engine, handler, request, response, fail).catch(fail);
  };
}

type Fail = (error: unknown) => void;

async function serve(
  engine: Engine<IncomingMessage>,
  handler: NodeHandler,
  request: IncomingMessage,
  response: ServerResponse,
  fail: Fail,
): Promise<void> {
  const { settings } = engine;
  const body = await read(request, settings.maxRequestBody);
  if (body === 'left') return;
  if (body === 'too large') return sendAnswer(response, problem('body-too-large', settings));
  try {
    await handleOnce(engine, handler, request, response, body, fail);
  } finally {
    // What reads it may go on after the handler returned.
    if (response.destroyed) await body.close();
    else response.once('close', () => void body.close());
  }
}

/** The body; a client that goes away before its end has asked for nothing. */
async function read(
  request: IncomingMessage,
  limit: number,
): Promise<Spool | 'too large' | 'left'> {
  try {
    const body = await Spool.read(request.iterator({ destroyOnReturn: false }), limit);
    if (body !== undefined) return body;
    // The rest is thrown away: a client that is cut off may never read why.
    request.resume();
    return 'too large';
  } catch (error) {
    if (request.complete) throw error;
    return 'left';
  }
}

async function handleOnce(
  engine: Engine<IncomingMessage>,
  handler: NodeHandler,
  request: IncomingMessage,
  response: ServerResponse,
  body: Spool,
  fail: Fail,
): Promise<void> {
  const content = () => body.content();
  const neutral = new NodeRequest(request, request.url ?? '/', content, undefined);
  const handle = async () => handler(request, response, body);
  const done = await guard(engine, request, neutral, response, (capture) => {
    void run(handle, capture, fail);
  });
  if (done === 'pass') await handle();
}

/** What a handler throws is answered here: nobody else is there to. */
async function run(handle: () => Promise<void>, capture: NodeCapture, fail: Fail): Promise<void> {
  try {
    await handle();
  } catch (error) {
    capture.throws(error);
    fail(error);
  }
}

function answer500(response: ServerResponse): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // They tell of the body that does not come.
  for (const name of response.getHeaderNames()) {
    if (/^(content-|transfer-encoding$|etag$)/u.test(name)) response.removeHeader(name);
  }
  response.statusCode = 500;
  response.statusMessage = '';
  response.end();
}
