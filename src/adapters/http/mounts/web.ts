import { Engine } from '../engine/engine.ts';
import { idem, tellIdem } from '../engine/idem.ts';
import type { IdempotencyOptions } from '../engine/options.ts';
import { problem } from '../engine/problems.ts';
import { readBody, unreadAgain, WebRequest } from './web/request.ts';
import { respond } from './web/respond.ts';
import { responseOf } from './web/response.ts';

export * from './shared.ts';

/** A handler of the fetch standard: a route of Next.js, or what Bun and Deno serve. */
export type WebHandler<Rest extends unknown[]> = (
  request: Request,
  ...rest: Rest
) => Response | Promise<Response>;

/**
 * A fetch handler that gives requests with one `Idempotency-Key` one answer, whose handler ran once:
 * `export const POST = idempotent({ ledger, scope }, async (request, { params }) => …)`. The body is read
 * here, to be compared: the handler gets a plain `Request` in which it can be read again, with the method,
 * URL, headers and signal of the first. Its signal tells that the client is gone, while the answer is still
 * wanted: give `idem(request).signal` to what the handler calls.
 *
 * A response of status 101, and `Response.error()`, are passed on as they are; what became of their key is
 * then unknown, as after a throw, which is passed on too.
 *
 * Run twice: the second request with a key gets the first one's answer; its handler is not run.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option is missing or cannot be used.
 */
export function idempotent<Original extends Request, Rest extends unknown[]>(
  options: IdempotencyOptions<Original>,
  handler: WebHandler<Rest>,
): (request: Original, ...rest: Rest) => Promise<Response> {
  const engine = new Engine(options);
  return async (request, ...rest) => {
    const { settings } = engine;
    const key = request.headers.get('idempotency-key') ?? undefined;
    const isSeen = engine.concerns(request.method, key);
    const body = isSeen ? await readBody(request, settings.maxRequestBody) : undefined;
    if (isSeen && body === undefined) return responseOf(problem('body-too-large', settings));
    const neutral = new WebRequest(request, body);
    const go = async () => {
      const again = body === undefined ? request : await unreadAgain(request, body);
      tellIdem(again, idem(request));
      return { response: await handler(again, ...rest) };
    };
    const exchange = { request, neutral, body, go, make: responseOf };
    const answer = await respond(engine, exchange);
    return answer === 'pass' ? handler(request, ...rest) : answer;
  };
}
