import type { NeutralRequest } from './types.ts';

/**
 * What has to be the same when a key comes again: the method, the path, the query in any order, the type
 * of the body and the body. Other headers differ between attempts of one call. The first member says how
 * the body was seen, and in which version of this list.
 */
export function fingerprintInput(request: NeutralRequest, own: unknown): unknown {
  const { method, path } = request;
  const query = sortedQuery(request.query);
  const type = mediaType(request.header('content-type'));
  if (own !== undefined) return ['own 1', method, path, query, type, own];
  const content = request.content();
  if (content.kind === 'raw') return ['raw 1', method, path, query, type, content.hash];
  return ['parsed 1', method, path, query, type, content.value ?? null];
}

function sortedQuery(query: string): string {
  return query.includes('&') ? query.split('&').sort().join('&') : query;
}

/** `application/json; charset=utf-8` → `application/json` */
export function mediaType(header: string | undefined): string {
  if (header === undefined) return '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}
