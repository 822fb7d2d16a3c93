import type { IncomingMessage } from 'node:http';

/** The path and query that a request is for; undefined where it is for no such thing (RFC 9112, 3.2). */
export function targetOf({ method, url = '/' }: IncomingMessage): string | undefined {
  if (url.startsWith('/') || (url === '*' && method === 'OPTIONS')) return url;
  const absolute = /^https?:\/\/[^/?#]+([/?].*)?$/iu.exec(url);
  if (absolute === null) return undefined;
  const [, rest = '/'] = absolute;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
