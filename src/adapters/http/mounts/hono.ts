import { Engine } from '../engine/engine.ts';
import type { IdempotencyOptions } from '../engine/options.ts';
import { problem } from '../engine/problems.ts';
import type { Answer } from '../engine/types.ts';
import { readHonoBody } from './hono/body.ts';
import type { HonoContext } from './hono/context.ts';
import { unreadAgain, WebRequest } from './web/request.ts';
import { respond } from './web/respond.ts';
import { bodyOf, joined } from './web/response.ts';

export type { HonoContext, HonoRequest } from './hono/context.ts';
export * from './shared.ts';

/** A Hono middleware. */
export type HonoMiddleware<Context> = (
  context: Context,
  next: () => Promise<void>,
) => Promise<void>;

/**
 * Hono middleware that gives requests with one `Idempotency-Key` one answer, whose handler ran once:
 * `app.post('/charges', idempotency({ ledger, scope: (c: Context) => c.get('userId') }), (c) => …)`. Put it
 * behind authentication, and before what parses the body as a form. What a handler throws is seen also where
 * `onError` answers for it.
 *
 * Keys belong to the method and the route that this is put on; on one with a wildcard, to the path. Another
 * name is given by `operation: (c) => …`.
 *
 * Run twice: the second request with a key gets the first one's answer; its handler is not run.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option is missing or cannot be used.
 */
export function idempotency<Context extends HonoContext = HonoContext>(
  options: IdempotencyOptions<Context>,
): HonoMiddleware<Context> {
  const engine = new Engine(options);
  return async (context, next) => {
    const { settings } = engine;
    const { req } = context;
    const isSeen = engine.concerns(req.raw.method, req.header('idempotency-key'));
    const body = isSeen ? await readHonoBody(context, settings.maxRequestBody) : undefined;
    if (isSeen && body === undefined) {
      context.res = honoResponse(context, problem('body-too-large', settings));
      return;
    }
    const go = async () => {
      if (body !== undefined && req.raw.bodyUsed) req.raw = await unreadAgain(req.raw, body);
      await next();
      const { res: response, error } = context;
      return { response, thrown: error === undefined ? undefined : { error } };
    };
    const answer = await respond(engine, {
      request: context,
      neutral: new WebRequest(req.raw, body, routeOf(req.routePath)),
      body,
      go,
      make: (made) => honoResponse(context, made),
    });
    if (answer === 'pass') return next();
    replace(context, answer);
  };
}

/** With the headers that others have set by the context. */
function honoResponse(context: HonoContext, answer: Answer): Response {
  const { status, headers } = answer;
  // Those of a handler whose answer is replaced are not among them.
  if (context.finalized) context.res = undefined;
  const record: Record<string, string> = {};
  for (const [name, value] of headers) record[name] = joined(value);
  return context.body(bodyOf(answer), status, record);
}

/** Hono adds the headers of the response before to the next one: ours has them already. */
function replace(context: HonoContext, response: Response): void {
  context.res = undefined;
  context.res = response;
}

function routeOf(pattern: string | undefined): string | undefined {
  return pattern?.includes('*') === true ? undefined : pattern;
}
