import { hash } from 'node:crypto';
import { RuntwiceError } from '../../../core/errors.ts';
import { mediaType } from '../engine/fingerprint.ts';
import type { Content } from '../engine/types.ts';

/** What is known of a request whose body somebody else has read. */
export interface ReadBody {
  /** What the parser made of it. */
  readonly body?: unknown;
  /** Its bytes, or its text, where somebody kept them. */
  readonly rawBody?: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The bytes where they were kept, else what a parser made of them.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where there is a body and nobody has read it: another one could not
 * be told from it.
 */
export function contentOf({ body, rawBody, headers }: ReadBody): Content {
  if (rawBody instanceof Uint8Array) return rawContent(rawBody);
  if (typeof rawBody === 'string') return rawContent(Buffer.from(rawBody));
  if (body instanceof Uint8Array) return rawContent(body);
  const type = mediaType(headers['content-type'] as string | undefined);
  if (type.startsWith('multipart/')) throw unseen('a multipart body is not seen as a whole');
  const isEmpty = body === undefined || (isObject(body) && Object.keys(body).length === 0);
  if (isEmpty && hasBody(headers) && type !== 'application/json') {
    throw unseen(`nobody has read the body (${type === '' ? 'it has no type' : type})`);
  }
  if (body === undefined && hasBody(headers)) throw unseen('nobody has read the body');
  return { kind: 'parsed', value: body };
}

/** A body that is in memory. */
export function rawContent(bytes: Uint8Array): Content {
  return { kind: 'raw', hash: hash('sha256', bytes, 'base64url'), bytes: () => bytes };
}

function hasBody(headers: ReadBody['headers']): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function unseen(what: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `${what}, so that another one with the same key could not be told from it`,
    {
      fix: 'Nothing was done. Put a body parser for this type before idempotency(), or give it fingerprint: (request) => …',
    },
  );
}
