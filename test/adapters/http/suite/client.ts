import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

/** An answer, to the byte. */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Names and values as they came. */
  readonly raw: readonly string[];
  readonly body: Buffer;
}

export interface Sent {
  readonly method?: string;
  readonly user?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text or bytes as they are; all else as JSON. */
  readonly body?: unknown;
}

/** A request by node:http, which changes nothing on its way. */
export async function send(url: string, path: string, key?: string, sent: Sent = {}): Promise<Got> {
  return receive(await begin(url, path, key, sent).response);
}

/** The same in two steps, so that it can be left. */
export function begin(
  url: string,
  path: string,
  key: string | undefined,
  { method = 'POST', user = 'ada', headers = {}, body = { amount: 1 } }: Sent = {},
): { response: Promise<IncomingMessage>; leave(): void } {
  const isPlain = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = Buffer.from(isPlain ? body : JSON.stringify(body));
  const message = request(new URL(path, url), {
    method,
    agent: false,
    headers: {
      'x-user': user,
      'content-type': 'application/json',
      'content-length': bytes.length,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...headers,
    },
  });
  const response = once(message, 'response').then(([response]) => response as IncomingMessage);
  response.catch(() => {});
  message.end(bytes);
  return { response, leave: () => message.destroy() };
}

export async function receive(response: IncomingMessage): Promise<Got> {
  const chunks: Buffer[] = await response.toArray();
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    raw: response.rawHeaders,
    body: Buffer.concat(chunks),
  };
}

export function json({ body }: Got): Record<string, unknown> {
  return JSON.parse(body.toString()) as Record<string, unknown>;
}
