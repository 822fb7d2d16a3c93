import type { ServerResponse } from 'node:http';
import type { Answer } from '../../engine/types.ts';

/** Statuses whose answers have no body. */
const BODILESS = new Set([204, 205, 304]);

/** Sends a whole answer in place of what the handler may have set. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of headers) response.setHeader(name, value as string | string[]);
  if (BODILESS.has(status)) {
    response.end();
    return;
  }
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}
