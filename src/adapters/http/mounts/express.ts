import type { IncomingMessage, ServerResponse } from 'node:http';
import { Engine } from '../engine/engine.ts';
import type { IdempotencyOptions } from '../engine/options.ts';
import type { NodeCapture } from './node/capture.ts';
import { guard } from './node/guard.ts';
import { NodeRequest } from './node/request.ts';
import { contentOf, type ReadBody } from './parsed-body.ts';

export * from './shared.ts';

/** The part of Express' request that is used (4 and 5). */
export interface ExpressRequest extends IncomingMessage {
  originalUrl?: string;
  baseUrl?: string;
}

/** What Express' own types have as any: named above, it would be unknown in the handlers that follow. */
interface Parsed extends ReadBody {
  readonly route?: unknown;
}

/** An Express middleware. */
export type ExpressMiddleware<Request> = (
  request: Request,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Express middleware that gives requests with one `Idempotency-Key` one answer, whose handler ran once:
 * `app.post('/charges', express.json(), idempotency({ ledger, scope: (req: Request) => req.user.id }), handler)`.
 * Put it behind authentication and the body parser, and before the handler. Used by `app.use()` it cannot
 * see whether a 500 was thrown, and takes it for unknown.
 *
 * Run twice: the second request with a key gets the first one's answer; its handler is not run.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option is missing or cannot be used.
 */
export function idempotency<Request extends ExpressRequest>(
  options: IdempotencyOptions<Request>,
): ExpressMiddleware<NoInfer<Request>> {
  const engine = new Engine(options);
  const middleware: ExpressMiddleware<Request> = (request, response, next) => {
    const { originalUrl, url = '/' } = request;
    const { route }: Parsed = request;
    const pattern = isRoute(route) ? `${request.baseUrl ?? ''}${route.path}` : undefined;
    const content = () => contentOf(request);
    const neutral = new NodeRequest(request, originalUrl ?? url, content, pattern);
    guard(engine, request, neutral, response, (capture) => {
      (request as Seen)[CAPTURE] = capture;
      // A route may have passed the request on, to where this is used by app.use().
      if (isRoute(route) && holds(route, middleware)) seeErrors(route, neutral.method);
      else capture.sees500AsThrown();
      next();
    }).then((done) => {
      if (done === 'pass') next();
    }, next);
  };
  return middleware;
}

/** On the request itself: in a WeakMap, each request would live until the next full garbage collection. */
const CAPTURE: unique symbol = Symbol('capture');

interface Seen {
  [CAPTURE]?: NodeCapture;
}

type ErrorHandler = (
  error: unknown,
  request: Seen,
  response: object,
  next: (error: unknown) => void,
) => void;

interface Route {
  readonly path: unknown;
  readonly stack: unknown[];
  readonly [method: string]: unknown;
}

function isRoute(route: unknown): route is Route {
  return typeof route === 'object' && route !== null && 'path' in route && 'stack' in route;
}

function holds({ stack }: Route, middleware: unknown): boolean {
  return stack.some((layer) => (layer as { handle?: unknown }).handle === middleware);
}

/** The methods of each route whose errors are seen. */
const seen = new WeakMap<object, Set<string>>();

/** What a handler throws goes past a middleware before it: so one more is put behind, once. */
function seeErrors(route: Route, method: string): void {
  const methods = seen.get(route) ?? new Set();
  if (methods.has(method)) return;
  seen.set(route, methods.add(method));
  const see: ErrorHandler = (error, request, _response, next) => {
    request[CAPTURE]?.throws(error);
    next(error);
  };
  const add = route[method.toLowerCase()];
  if (typeof add === 'function') add.call(route, see);
}
