import { Readable } from 'node:stream';
import type { Content, NeutralRequest } from '../../engine/types.ts';
import { rawContent } from '../parsed-body.ts';
import { IN_MEMORY, Spool } from '../spool.ts';
import { webStreamOf } from './stream.ts';

/** A request of the fetch standard in the neutral shape. */
export class WebRequest implements NeutralRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly route: string | undefined;
  readonly content: () => Content;
  readonly #headers: Headers;

  /** `body` is told only where the request is guarded; nobody asks for the content of others. */
  constructor({ method, url, headers }: Request, body: Spool | undefined, route?: string) {
    const start = url.indexOf('/', url.indexOf('://') + 3);
    const end = url.indexOf('#', start);
    const target = end < 0 ? url.slice(start) : url.slice(start, end);
    const at = target.indexOf('?');
    this.method = method;
    this.path = at < 0 ? target : target.slice(0, at);
    this.query = at < 0 ? '' : target.slice(at + 1);
    this.route = route;
    this.content = () => body?.content() ?? rawContent(Buffer.alloc(0));
    this.#headers = headers;
  }

  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }
}

/** What can be read once. */
export type Unread = Pick<Request, 'headers' | 'arrayBuffer'> & {
  readonly body: AsyncIterable<Uint8Array> | null;
};

/** Reads a body; undefined where it has more than `limit` bytes. A small one is read at once, which costs less. */
export async function readBody(source: Unread, limit: number): Promise<Spool | undefined> {
  const length = statedLength(source.headers);
  if (length !== undefined && length > limit) return undefined;
  if (length === undefined || length > IN_MEMORY) {
    return Spool.read(source.body ?? Readable.from([]), limit);
  }
  const bytes = new Uint8Array(await source.arrayBuffer());
  return bytes.length > limit ? undefined : Spool.of(bytes);
}

/** How long a body is said to be. Where both headers are there, the length does not hold (RFC 9112, section 6.3). */
export function statedLength(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('transfer-encoding') ? undefined : Number(length);
}

/** The same request with its body to be read again. */
export async function unreadAgain(request: Request, body: Spool): Promise<Request> {
  const { url, method, headers, signal } = request;
  return new Request(url, { method, headers, signal, body: await contentOf(body), duplex: 'half' });
}

/** Those of some methods have no body. */
async function contentOf(body: Spool): Promise<ReadableStream | Uint8Array<ArrayBuffer> | null> {
  if (body.size === 0) return null;
  if (body.size <= IN_MEMORY) return (await body.bytes()) as Uint8Array<ArrayBuffer>;
  return webStreamOf(body.stream());
}
