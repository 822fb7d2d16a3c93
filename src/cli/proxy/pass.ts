import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ProblemStyle } from '../../adapters/http/engine/problems.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders, framingOf, requestHeaders } from './headers.ts';
import { failureProblem } from './problems.ts';
import { type Asked, type Sending, type Upstream, UpstreamError } from './upstream.ts';

/** Sends a request on as it comes, and its answer back as it comes. */
export async function passThrough(
  exchange: Exchange,
  upstream: Upstream,
  style: ProblemStyle,
): Promise<void> {
  const { response } = exchange;
  let answer: IncomingMessage;
  try {
    answer = await ask(exchange, upstream);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    exchange.error = response.destroyed ? 'the client left' : error.message;
    if (response.destroyed) return;
    return exchange.refuse(failureProblem(error.failure, 'no key', style));
  }
  exchange.upstreamStatus = answer.statusCode;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answerHeaders(answer));
  response.flushHeaders();
  // One that breaks off here breaks off there, whichever side it was.
  await pipeline(answer, response).catch((error: Error) => {
    exchange.error = error.message;
  });
}

/** A kept connection may be closed at the moment it is used: what is safe to repeat, and has no body, is. */
async function ask(exchange: Exchange, upstream: Upstream): Promise<IncomingMessage> {
  const { request, method, target } = exchange;
  const framing = framingOf(request);
  const headers = requestHeaders(request, upstream.url, framing);
  const asked: Asked = { method, target, headers };
  const sending = upstream.onKept(asked);
  send(exchange, sending);
  try {
    return await sending.answer;
  } catch (error) {
    const isSafe = (method === 'GET' || method === 'HEAD') && framing === 'none';
    if (!isSafe || !sending.message.reusedSocket || exchange.response.destroyed) throw error;
    const again = upstream.onFresh(asked);
    send(exchange, again);
    return await again.answer;
  }
}

function send({ request, response }: Exchange, { message }: Sending): void {
  response.once('close', () => message.destroy());
  if (framingOf(request) === 'none') message.end();
  else request.pipe(message);
}
