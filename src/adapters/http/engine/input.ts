import { hash } from 'node:crypto';
import { isRuntwiceError, RuntwiceError } from '../../../core/errors.ts';
import type { Ledger } from '../../../once/ledger.ts';
import { mediaType } from './fingerprint.ts';
import { type AnswerRecord, encodeBody } from './record.ts';
import type { KeyedRequest } from './settle.ts';
import type { NeutralRequest } from './types.ts';

/** Which parts of requests are recorded, so that an abandoned one can be sent again. */
export interface StoreInput {
  /** Names of headers that are recorded beside the key and the content's type; default none. */
  headers?: readonly string[];
  /** A body has at most so many bytes, else 413; default 256 KiB. */
  maxBody?: number;
}

/** A request as it is recorded. */
export interface StoredRequest extends Pick<AnswerRecord, 'text' | 'base64'> {
  /** The key's identity in the ledger. */
  readonly operation: string;
  readonly scope: string;
  readonly key: string;
  readonly method: string;
  /** The path, with its query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const MAX_BODY = 262_144;

/** All recorded requests of a namespace, under their keys' hashes: those whose keys are not finished. */
export const STORED = { operation: 'requests to complete', scope: '' };

/** The parts that are recorded; undefined where the body is too large. */
export async function storedRequest(
  request: NeutralRequest,
  { operation, scope, key }: KeyedRequest,
  { headers = [], maxBody = MAX_BODY }: StoreInput,
): Promise<StoredRequest | undefined> {
  const body = await bytesOf(request);
  if (body.length > maxBody) return undefined;
  const { method, path, query } = request;
  const names = ['idempotency-key', 'content-type', ...headers.map((name) => name.toLowerCase())];
  const values = names.map((name) => [name, request.header(name)] as const);
  return {
    operation,
    scope,
    key,
    method,
    url: query === '' ? path : `${path}?${query}`,
    headers: Object.fromEntries(values.filter((pair): pair is [string, string] => !!pair[1])),
    ...encodeBody(body),
  };
}

/** The bytes as they came, or others that a parser makes the same of. */
async function bytesOf(request: NeutralRequest): Promise<Uint8Array> {
  const content = request.content();
  if (content.kind === 'raw') return content.bytes();
  if (content.value === undefined) return Buffer.alloc(0);
  const type = mediaType(request.header('content-type'));
  if (/^application\/(.+\+)?json$/u.test(type)) return Buffer.from(JSON.stringify(content.value));
  throw notJson(type);
}

/** Records a request before its handler begins. */
export async function saveRequest(ledger: Ledger, stored: StoredRequest): Promise<void> {
  const call = { ...STORED, key: nameOf(stored), input: null };
  // What an earlier attempt left may have had another token, or, where it was released, another body.
  await forgetRequest(ledger, stored);
  await ledger.once(call, () => stored, { keep: 'forever', ifInterrupted: 'rerun' });
}

/** Forgets it, as its key is finished. */
export async function forgetRequest(ledger: Ledger, stored: StoredRequest): Promise<void> {
  try {
    await ledger.admin.forget({ ...STORED, key: nameOf(stored) }, { force: true });
  } catch (error) {
    // A completer and the request's own server may forget it at once.
    if (!isRuntwiceError(error, 'ERR_RUNTWICE_BUSY')) throw error;
  }
}

function nameOf({ operation, scope, key }: StoredRequest): string {
  return hash('sha256', JSON.stringify([operation, scope, key]), 'base64url');
}

function notJson(type: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `a request of type ${type} cannot be recorded by what its parser made of it`,
    { fix: 'Nothing was done. Keep its bytes as request.rawBody, or take JSON on this route.' },
  );
}
