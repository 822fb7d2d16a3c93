import type { IncomingMessage, ServerResponse } from 'node:http';
import { Engine } from '../engine/engine.ts';
import type { IdempotencyOptions } from '../engine/options.ts';
import type { Answer } from '../engine/types.ts';
import type { NodeCapture } from './node/capture.ts';
import { guard } from './node/guard.ts';
import { NodeRequest } from './node/request.ts';
import { contentOf } from './parsed-body.ts';

export * from './shared.ts';

/** The part of Koa's context that is used (2 and 3). */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly request: object;
  readonly originalUrl: string;
  readonly headers: IncomingMessage['headers'];
  status: number;
  body: unknown;
  set(name: string, value: string | string[]): void;
  remove(name: string): void;
  onerror(error: Error): void;
}

/** A middleware of Koa. */
export type KoaMiddleware<Context> = (
  context: Context,
  next: () => Promise<unknown>,
) => Promise<unknown>;

/**
 * Koa middleware that gives requests with one `Idempotency-Key` one answer, whose handler ran once:
 * `router.post('/charges', idempotency({ ledger, scope: (ctx: Context) => ctx.state.user.id }), handler)`.
 * Put it behind authentication and the body parser (one that keeps `ctx.request.rawBody` is best: then
 * bytes are compared), and before the handler; a body that nobody has read is refused. What middleware
 * before it makes of a thrown error is the answer that is kept.
 *
 * Run twice: the second request with a key gets the first one's answer; its handler is not run.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option is missing or cannot be used.
 */
export function idempotency<Context extends KoaContext>(
  options: IdempotencyOptions<Context>,
): KoaMiddleware<Context> {
  const engine = new Engine(options);
  return (context, next) => {
    const { req, res, originalUrl, request, headers } = context;
    const content = () => contentOf({ ...bodyOf(request), headers });
    const neutral = new NodeRequest(req, originalUrl, content, patternOf(context));
    // Koa answers when this is fulfilled, and the engine waits for that answer: so they run side by side.
    return new Promise((resolve, reject) => {
      let capture: NodeCapture | undefined;
      const go = (own: NodeCapture) => {
        capture = own;
        ignoreConnection(context);
        next().then(resolve, (error) => {
          own.throws(error);
          reject(error);
        });
      };
      const answer = (whole: Answer) => resolve(answerBy(context, whole));
      guard(engine, context, neutral, res, go, answer).then(
        (guarded) => {
          if (guarded === 'pass') next().then(resolve, reject);
        },
        (error) => {
          if (capture === undefined) reject(error);
          else context.onerror(error);
        },
      );
    });
  };
}

/** Koa answers 500 where a connection breaks, also while the handler runs on: nobody would see that answer. */
function ignoreConnection(context: KoaContext): void {
  const { socket } = context.req;
  const { onerror } = context;
  context.onerror = (error) => {
    if (error !== socket.errored) onerror.call(context, error);
  };
}

/** Answers through Koa, so that the middleware before sees it. */
function answerBy(context: KoaContext, { status, headers, body }: Answer): void {
  context.status = status;
  context.body = body.length === 0 ? null : body;
  context.status = status;
  context.remove('content-type');
  for (const [name, value] of headers) context.set(name, value as string | string[]);
}

function bodyOf(request: object): { body: unknown; rawBody: unknown } {
  const { body, rawBody } = request as { body?: unknown; rawBody?: unknown };
  return { body, rawBody };
}

/** The pattern that a router says it matched. */
function patternOf(context: object): string | undefined {
  const pattern = '_matchedRoute' in context ? context._matchedRoute : undefined;
  return typeof pattern === 'string' ? pattern : undefined;
}
