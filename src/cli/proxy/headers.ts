import type { IncomingMessage } from 'node:http';
import type { AnswerHeader } from '../../adapters/http/engine/types.ts';

type Pair = readonly [name: string, value: string];

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

/** What is passed on of the headers of a message, as they came. */
function passedOn(message: IncomingMessage): Pair[] {
  const named = (message.headers.connection ?? '').toLowerCase().split(',');
  const dropped = new Set([...OF_CONNECTION, ...named.map((name) => name.trim())]);
  return pairsOf(message.rawHeaders).filter(([name]) => !dropped.has(name.toLowerCase()));
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
  const set = new Map<string, string | undefined>([
    ['host', host],
    ['x-forwarded-for', forwarded.join(', ')],
    ['x-forwarded-proto', firstOf(headers['x-forwarded-proto']) ?? 'http'],
    ['x-forwarded-host', firstOf(headers['x-forwarded-host']) ?? headers.host],
    ['via', [headers.via, `${request.httpVersion} runtwice`].filter(Boolean).join(', ')],
  ]);
  const kept = passedOn(request).filter(([name]) => !set.has(name.toLowerCase()));
  const own = [...set].filter((pair): pair is [string, string] => pair[1] !== undefined);
  return [...kept, ...own, ...framed(framing)].flat();
}

function framed(framing: Framing): Pair[] {
  if (framing === 'none') return [];
  if (framing === 'chunked') return [['transfer-encoding', 'chunked']];
  return [['content-length', String(framing.length)]];
}

/** The headers of an answer as the client gets them. */
export function answerHeaders(answer: IncomingMessage): Pair[] {
  const length = answer.headers['content-length'];
  return [
    ...passedOn(answer),
    ...(length === undefined ? [] : [['content-length', length] as const]),
  ];
}

/** The same by names in small letters, each with all its values. */
export function byName(pairs: readonly Pair[]): AnswerHeader[] {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name.toLowerCase());
    if (known === undefined) values.set(name.toLowerCase(), [value]);
    else known.push(value);
  }
  return [...values].map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]);
}

function pairsOf(raw: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 0; at < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return pairs;
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
