import { isUtf8 } from 'node:buffer';
import type { Answer, AnswerHeader } from './types.ts';

/** An answer as it is recorded: plain JSON, so that every store and every tool can read it. */
export interface AnswerRecord {
  readonly status: number;
  readonly headers: readonly AnswerHeader[];
  /** The body as text where it is text. */
  readonly text?: string;
  /** All else in base64. */
  readonly base64?: string;
  /** Where it is large: under which key its parts are recorded, and how many there are. */
  readonly parts?: { readonly key: string; readonly count: number };
}

/** Headers that belong to an answer rather than to one way of sending it. */
const REPLAYED = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-location',
  'content-type',
  'etag',
  'last-modified',
  'link',
  'location',
  'retry-after',
  'warning',
  'www-authenticate',
]);

/** Never replayed, whatever is asked for: they are of one connection, one moment, or one session. */
const NEVER = new Set([
  'connection',
  'content-length',
  'date',
  'idempotency-key',
  'idempotent-replayed',
  'keep-alive',
  'set-cookie',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The names, in small letters, of the headers that are recorded; `also` are the application's own. */
export function replayedHeaders(also: readonly string[]): ReadonlySet<string> {
  const names = also.map((name) => name.toLowerCase()).filter((name) => !NEVER.has(name));
  return new Set([...REPLAYED, ...names]);
}

/** The parts of an answer that are recorded, its body as `body` says. */
export function recordOf(
  { status, headers }: Pick<Answer, 'status' | 'headers'>,
  names: ReadonlySet<string>,
  body: Pick<AnswerRecord, 'text' | 'base64' | 'parts'>,
): AnswerRecord {
  const kept = headers.filter(([name]) => names.has(name));
  const id = headers.find(([name]) => name === 'x-request-id');
  if (id !== undefined && !names.has('x-request-id')) kept.push(['original-request-id', id[1]]);
  return { status, headers: kept, ...body };
}

/** In JSON each of them takes six characters, so that a text of them could be too large to be recorded. */
const CONTROL = /[^\P{Cc}\t\n\r]/u;

/** Bytes as text where they are UTF-8, else in base64: either gives the same bytes back. */
export function encodeBody(body: Uint8Array): { text: string } | { base64: string } {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = isUtf8(bytes) ? bytes.toString() : undefined;
  if (text === undefined || CONTROL.test(text)) return { base64: bytes.toString('base64') };
  return { text };
}

type Encoded = Pick<AnswerRecord, 'text' | 'base64'>;

export function decodeBody({ text = '', base64 }: Encoded): string | Uint8Array {
  return base64 === undefined ? text : Buffer.from(base64, 'base64');
}

export function decodeBytes({ text = '', base64 }: Encoded): Buffer {
  return base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64');
}
