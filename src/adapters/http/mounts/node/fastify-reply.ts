import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Answer } from '../../engine/types.ts';

/** The part of Fastify's reply that is used (5). */
export interface FastifyReply {
  readonly raw: ServerResponse;
  code(status: number): FastifyReply;
  header(name: string, value: unknown): FastifyReply;
  send(payload?: unknown): FastifyReply;
}

/** Answers through Fastify, so that its hooks see it, and what they set (CORS) goes out with it. */
export function replyWith(reply: FastifyReply, { status, headers, body }: Answer): void {
  reply.code(status);
  for (const [name, value] of headers) reply.header(name, value);
  if (body.length === 0) {
    reply.send();
    return;
  }
  if (headers.some(([name]) => name === 'content-type')) {
    reply.send(Buffer.from(body));
    return;
  }
  // To bytes it would add a type.
  reply.header('content-length', Buffer.byteLength(body));
  reply.send(Readable.from([Buffer.from(body)], { objectMode: false }));
}
