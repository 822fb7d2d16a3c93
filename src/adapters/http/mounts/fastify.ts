import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Engine } from '../engine/engine.ts';
import { mediaType } from '../engine/fingerprint.ts';
import type { IdempotencyOptions } from '../engine/options.ts';
import { problem } from '../engine/problems.ts';
import type { NodeCapture } from './node/capture.ts';
import { type FastifyReply, replyWith } from './node/fastify-reply.ts';
import { guard } from './node/guard.ts';
import { NodeRequest } from './node/request.ts';
import { contentOf } from './parsed-body.ts';
import { isSmall, Spool } from './spool.ts';

export type { FastifyReply } from './node/fastify-reply.ts';
export * from './shared.ts';

/** The part of Fastify's request that is used (5). */
export interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly headers: IncomingHttpHeaders;
  readonly originalUrl: string;
  readonly routeOptions: { readonly url: string | undefined };
  readonly body?: unknown;
}

/** The body of a request, in Fastify's words. */
export type FastifyPayload = Readable & { receivedEncodedLength?: number };

/** Options of a route: hooks, each to be run before others of its kind. */
export interface FastifyHooks<Request> {
  preParsing: (
    request: Request,
    reply: FastifyReply,
    payload: FastifyPayload,
    done: (error?: Error | null, payload?: FastifyPayload) => void,
  ) => void;
  preHandler: (request: Request, reply: FastifyReply, done: (error?: Error) => void) => void;
  onError: (request: Request, reply: FastifyReply, error: Error, done: () => void) => void;
}

/**
 * Options for a route of Fastify that give requests with one `Idempotency-Key` one answer, whose handler ran
 * once: `app.post('/charges', idempotency({ ledger, scope: (request: FastifyRequest) => request.user.id }), handler)`, or
 * `{ ...idempotency(options), schema }`. The key is claimed in `preHandler`, so after all hooks of the
 * instance, its authentication among them. A route that has a hook of the same name keeps both:
 * `const keyed = idempotency(options)`, `{ ...keyed, preHandler: [authenticate, keyed.preHandler] }`.
 * The body is read here, to be compared, but for multipart, which needs a `fingerprint`.
 *
 * Run twice: the second request with a key gets the first one's answer; its handler is not run.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option is missing or cannot be used.
 */
export function idempotency<Request extends FastifyRequest>(
  options: IdempotencyOptions<Request>,
): FastifyHooks<NoInfer<Request>> {
  const engine = new Engine(options);
  return {
    preParsing(request, reply, payload, done) {
      if (!isRead(engine, request)) return done();
      spooled(engine, request, reply, payload).then((spool) => {
        if (spool === undefined) return;
        (request as Seen)[SPOOL] = spool;
        const { receivedEncodedLength } = payload;
        const stream: FastifyPayload = spool.stream();
        done(null, Object.assign(stream, receivedEncodedLength && { receivedEncodedLength }));
      }, done);
    },
    preHandler(request, reply, done) {
      const { raw, originalUrl, routeOptions } = request;
      const spool = (request as Seen)[SPOOL];
      const content = () => (spool === undefined ? contentOf(request) : spool.content());
      const neutral = new NodeRequest(raw, originalUrl, content, routeOptions.url);
      const go = (capture: NodeCapture) => {
        (request as Seen)[CAPTURE] = capture;
        done();
      };
      guard(engine, request, neutral, reply.raw, go, (answer) => replyWith(reply, answer)).then(
        (guarded) => {
          if (guarded === 'pass') done();
        },
        done,
      );
    },
    onError(request, _reply, error, done) {
      const capture = (request as Seen)[CAPTURE];
      // Its 503 does not say that nothing was done: the handler runs on.
      if (isTimeout(error)) capture?.leaves(error);
      else capture?.throws(error);
      done();
    },
  };
}

/** On the request itself: in a WeakMap, each request would live until the next full garbage collection. */
const SPOOL: unique symbol = Symbol('spool');
const CAPTURE: unique symbol = Symbol('capture');

interface Seen {
  [SPOOL]?: Spool;
  [CAPTURE]?: NodeCapture;
}

/** Parsers of multipart bodies do not take the stream that they are given here. */
function isRead<Request extends FastifyRequest>(
  engine: Engine<Request>,
  request: Request,
): boolean {
  const { headers, raw } = request;
  if (!engine.concerns(raw.method ?? '', headers['idempotency-key']?.toString())) return false;
  return !mediaType(headers['content-type']).startsWith('multipart/');
}

/** Undefined where the body is too large, which is answered here. */
async function spooled<Request extends FastifyRequest>(
  { settings }: Engine<Request>,
  { headers }: Request,
  reply: FastifyReply,
  payload: Readable,
): Promise<Spool | undefined> {
  const spool = isSmall(headers)
    ? await Spool.readSmall(payload, settings.maxRequestBody)
    : await Spool.read(payload, settings.maxRequestBody);
  if (spool !== undefined) reply.raw.once('close', () => void spool.close());
  else replyWith(reply.header('connection', 'close'), problem('body-too-large', settings));
  return spool;
}

function isTimeout(error: Error): boolean {
  return 'code' in error && error.code === 'FST_ERR_HANDLER_TIMEOUT';
}
