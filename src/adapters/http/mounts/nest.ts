import type { IncomingMessage, ServerResponse } from 'node:http';
import { Engine } from '../engine/engine.ts';
import type { IdempotencyOptions } from '../engine/options.ts';
import type { NodeCapture } from './node/capture.ts';
import { type FastifyReply, replyWith } from './node/fastify-reply.ts';
import { guard } from './node/guard.ts';
import { type Observable, observed } from './node/observed.ts';
import { NodeRequest } from './node/request.ts';
import { sendAnswer } from './node/send.ts';
import { contentOf } from './parsed-body.ts';

export type { Observable } from './node/observed.ts';
export * from './shared.ts';

/** The part of a request that is used, whatever platform Nest runs on (Express or Fastify). */
export interface NestRequest {
  readonly headers: IncomingMessage['headers'];
  readonly originalUrl: string;
  readonly body?: unknown;
  readonly rawBody?: unknown;
  /** Fastify's. */
  readonly raw?: IncomingMessage;
  readonly routeOptions?: { readonly url?: string | undefined };
  /** Express'. */
  readonly route?: { readonly path?: unknown };
}

/** What Nest gives an interceptor to know the request by. */
export interface NestContext {
  getType(): string;
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown; getNext(): unknown };
}

/** An interceptor of Nest. */
export interface NestInterceptor {
  intercept<Result extends Observable>(
    context: NestContext,
    next: { handle(): Result },
  ): Result | Promise<Result>;
}

/**
 * A Nest interceptor that gives requests with one `Idempotency-Key` one answer, whose handler ran once:
 * `@UseInterceptors(idempotency({ ledger, scope: (request: Request) => request.user.id }))`. It runs behind guards
 * and before pipes; what exception filters make of an error is the answer that is kept. Where the
 * application is created with `rawBody: true`, bodies are compared as bytes. Interceptors before it do not
 * see a replay: put one that limits the time before it, so that a handler it gives up counts as unknown.
 *
 * Run twice: the second request with a key gets the first one's answer; its handler is not run.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where an option is missing or cannot be used.
 */
export function idempotency<Request extends NestRequest>(
  options: IdempotencyOptions<Request>,
): NestInterceptor {
  const engine = new Engine(options);
  return {
    intercept(context, next) {
      if (context.getType() !== 'http') return next.handle();
      const http = context.switchToHttp();
      const request = http.getRequest() as Request;
      const response = http.getResponse() as ServerResponse | FastifyReply;
      const raw = 'raw' in response ? response.raw : response;
      // Where the answer is sent here, it stays pending: Nest would answer again.
      return new Promise((resolve, reject) => {
        let capture: NodeCapture | undefined;
        const go = (own: NodeCapture) => {
          capture = own;
          resolve(observed(next.handle(), own));
        };
        guard(engine, request, neutralOf(request), raw, go, (answer) => {
          if ('raw' in response) replyWith(response, answer);
          else sendAnswer(response, answer);
        }).then(
          (guarded) => {
            if (guarded === 'pass') resolve(next.handle());
          },
          (error) => {
            if (capture === undefined) reject(error);
            else if ('raw' in response) response.send(error);
            else (http.getNext() as (error: unknown) => void)(error);
          },
        );
      });
    },
  };
}

function neutralOf(request: NestRequest): NodeRequest {
  const message = request.raw ?? (request as unknown as IncomingMessage);
  const pattern = request.routeOptions?.url ?? request.route?.path;
  const route = typeof pattern === 'string' ? pattern : undefined;
  return new NodeRequest(message, request.originalUrl, () => contentOf(request), route);
}
