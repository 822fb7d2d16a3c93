import type { IncomingMessage } from 'node:http';
import type { AnswerHeader } from '../../adapters/http/engine/types.ts';

/** Headers of one connection (RFC 9110, 7.6.1), and those that say how a body is framed on it. */
const OF_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Set anew for the upstream. */
const SET = new Set(['host', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'via']);

/** What is passed on of the headers of a message, as they came, but for some: names and values in turn. */
function passedOn({ headers, rawHeaders }: IncomingMessage, but: ReadonlySet<string>): string[] {
  const named = (headers.connection ?? '').toLowerCase().split(',');
  const ofConnection = named.map((name) => name.trim());
  const passed: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const small = name.toLowerCase();
    if (OF_CONNECTION.has(small) || but.has(small) || ofConnection.includes(small)) continue;
    passed.push(name, rawHeaders[at + 1] ?? '');
  }
  return passed;
}

/** How the body of a request is framed. */
export type Framing = { readonly length: number } | 'chunked' | 'none';

/** As the client framed it. */
export function framingOf({ headers, method = '' }: IncomingMessage): Framing {
  if (headers['transfer-encoding'] !== undefined) return 'chunked';
  if (headers['content-length'] !== undefined) return { length: Number(headers['content-length']) };
  return method === 'POST' || method === 'PUT' || method === 'PATCH' ? { length: 0 } : 'none';
}

/** The headers of a request as the upstream gets them: names and values in turn. */
export function requestHeaders(
  request: IncomingMessage,
  upstream: URL,
  framing: Framing,
): string[] {
  const { headers, socket } = request;
  const forwarded = [headers['x-forwarded-for'], socket.remoteAddress].flat().filter(Boolean);
  const host = upstream.protocol === 'https:' ? upstream.host : (headers.host ?? upstream.host);
  const passed = passedOn(request, SET);
  const forwardedHost = firstOf(headers['x-forwarded-host']) ?? headers.host;
  passed.push('host', host, 'x-forwarded-for', forwarded.join(', '));
  passed.push('x-forwarded-proto', firstOf(headers['x-forwarded-proto']) ?? 'http');
  if (forwardedHost !== undefined) passed.push('x-forwarded-host', forwardedHost);
  const via = [headers.via, `${request.httpVersion} runtwice`].filter(Boolean);
  passed.push('via', via.join(', '));
  if (framing === 'chunked') passed.push('transfer-encoding', 'chunked');
  else if (framing !== 'none') passed.push('content-length', String(framing.length));
  return passed;
}

const NONE: ReadonlySet<string> = new Set();

/** The headers of an answer as the client gets them: names and values in turn. */
export function answerHeaders(answer: IncomingMessage, but: ReadonlySet<string> = NONE): string[] {
  const passed = passedOn(answer, but);
  const length = answer.headers['content-length'];
  if (length !== undefined) passed.push('content-length', length);
  return passed;
}

/** The same by names in small letters, each with all its values. */
export function byName(raw: readonly string[]): AnswerHeader[] {
  const values = new Map<string, string[]>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]);
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
