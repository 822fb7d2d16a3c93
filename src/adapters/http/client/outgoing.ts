// A request as it is sent each time: the same key, the same bytes.
import { RuntwiceError } from '../../../core/errors.ts';
import { readUpTo } from './body.ts';
import type { KeySources } from './keys.ts';
import type { Settings } from './options.ts';

export interface KeyedRequestInit extends RequestInit {
  /** The key that the work item has already, such as the order's number; sent in quotes if `quoted` is. */
  idempotencyKey?: string;
  /** What the work item is called in the option `keys`, where its key is looked up, or kept. */
  workId?: string;
}

export interface Outgoing {
  /** In capitals. */
  readonly method: string;
  readonly url: URL;
  /** The value of its header. */
  readonly key: string | undefined;
  /** Whether sending it twice does what sending it once does. */
  readonly isRepeatable: boolean;
  /** The caller's. */
  readonly signal: AbortSignal | undefined;
  send(signal: AbortSignal): Promise<Response>;
}

/** RFC 9110, 9.2.2. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** @throws as `fetch` does for what is no request, and where the body is too long to be kept. */
export async function makeOutgoing(
  input: string | URL | Request,
  init: Omit<KeyedRequestInit, 'signal'> & { readonly signal: AbortSignal | undefined },
  settings: Settings,
  keyOf: (sources: KeySources) => Promise<string | undefined>,
): Promise<Outgoing> {
  const { idempotencyKey, workId, signal: caller, ...rest } = init;
  const request = input instanceof Request ? input : undefined;
  // A text, because a URL may be changed before the last attempt.
  const target = request ?? String(input);
  const url = new URL(request?.url ?? String(input));
  const method = (rest.method ?? request?.method ?? 'GET').toUpperCase();
  const given = new Headers(rest.headers ?? request?.headers);
  const key = await keyOf({ method, headers: given, idempotencyKey, workId });
  const isRepeatable = key !== undefined || IDEMPOTENT.has(method);
  const repeated = isRepeatable ? await repeatedInit(target, rest, key, settings) : {};
  return {
    method,
    url,
    key,
    isRepeatable,
    signal: caller,
    send: (signal) => settings.fetch(target, { ...rest, ...repeated, signal }),
  };
}

/** Headers and body, which is written out once: a form has another boundary each time it is. */
async function repeatedInit(
  target: string | Request,
  init: RequestInit,
  key: string | undefined,
  { keyHeader, maxRequestBody }: Settings,
): Promise<RequestInit> {
  const { headers, body } = new Request(target, { ...init, signal: null });
  if (key !== undefined) headers.set(keyHeader, key);
  if (body === null) return { headers };
  const bytes = await readUpTo(body, maxRequestBody);
  if (bytes === undefined) throw tooLong(maxRequestBody);
  // No bytes: the fetch of Node 22 cannot send those to where a redirect leads.
  return { headers, body: typeof init.body === 'string' ? init.body : new Blob([bytes]) };
}

function tooLong(limit: number): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `the request's body has more than ${limit} bytes`,
    {
      fix: 'Nothing was sent. The body is kept in memory to be sent again: raise maxRequestBody, or send this request by fetch.',
    },
  );
}
