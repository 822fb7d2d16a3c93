import type { Engine } from '../../engine/engine.ts';
import type { Answer, NeutralRequest } from '../../engine/types.ts';
import type { Spool } from '../spool.ts';
import { type Reply, replyOf, threw, type Went } from './reply.ts';

/** A request that came, and how it is handled. */
export interface Exchange<Request> {
  readonly request: Request;
  readonly neutral: NeutralRequest;
  /** Closed in the end. */
  readonly body: Spool | undefined;
  /** Runs the handler. */
  go(): Promise<Went>;
  /** Makes the response of an answer that no handler made. */
  make(answer: Answer): Response;
}

/**
 * Handles a request once for its key.
 * @returns The response, which may still be going out, or `pass` where the request has no key: then nothing
 * was done, and the handler is to be run.
 * @throws what the handler threw.
 */
export function respond<Request extends object>(
  engine: Engine<Request>,
  { request, neutral, body, go, make }: Exchange<Request>,
): Promise<Response | 'pass'> {
  const sent = Promise.withResolvers<Response | 'pass'>();
  let reply: Reply | undefined;
  const handle = async () => {
    const key = neutral.header('idempotency-key') ?? '';
    const { maxResponseBody } = engine.settings;
    const means = { key, maxResponseBody, make, begin: sent.resolve };
    reply = await go().then((went) => replyOf(went, means), threw);
    return reply.captured;
  };
  const settle = async () => {
    const handled = await engine.handle(request, neutral, handle);
    // Only a handled request has a reply of its own.
    if (handled.kind !== 'answer') return reply?.send() ?? 'pass';
    reply?.cut?.();
    return make(handled.answer);
  };
  settle()
    .finally(() => body?.close())
    .then(sent.resolve, (error: unknown) => {
      reply?.cut?.();
      sent.reject(error);
    });
  return sent.promise;
}
