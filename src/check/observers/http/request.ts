import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import type { Sent } from '../sent/sent.ts';

/** By RFC 9110 the other methods do no more when they come again. */
const REPEATED = new Set(['POST', 'PATCH']);

/** Where it was sent to; `authority` is where its tunnel leads. */
export function urlOf({ url = '', headers, socket }: IncomingMessage, authority?: string): string {
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  const text = url.startsWith('/') ? `${scheme}://${authority ?? headers.host}${url}` : url;
  return URL.parse(text)?.href ?? text;
}

/** Waits for its end; false where it was cut off before. */
export async function isWhole(request: IncomingMessage): Promise<boolean> {
  try {
    await finished(request);
    return true;
  } catch {
    return false;
  }
}

/** What has an effect each time it comes; nothing for other requests. */
export function sentBy({ method = '', headers }: IncomingMessage, url: string): Sent[] {
  if (!REPEATED.has(method)) return [];
  const key = headers['idempotency-key'];
  const value = Array.isArray(key) ? key.join() : key;
  const { origin = '', pathname = '' } = URL.parse(url) ?? {};
  return [
    {
      names: [
        `${method} ${url}`,
        `${method} ${origin}${pathname}`,
        `${method} ${origin}, to another path each time`,
      ],
      mark: { name: 'Idempotency-Key', value, isHeeded: true },
    },
  ];
}
