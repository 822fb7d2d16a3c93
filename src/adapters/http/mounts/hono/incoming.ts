import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { IN_MEMORY, Spool } from '../spool.ts';
import { unreadAgain } from '../web/request.ts';
import { nextTurn } from '../web/turn.ts';
import type { HonoContext, HonoRequest } from './context.ts';

/** A request of Node, with the body that somebody has read: hosts of functions do, and Hono's server gives it. */
type Incoming = Readable & { readonly headers: IncomingHttpHeaders; rawBody?: Buffer };

/** Those whose requests have no body to the fetch standard, or are refused by it. */
const BODILESS = new Set(['GET', 'HEAD', 'TRACE']);

/**
 * The request of Node that one of `@hono/node-server` stands for, where its body is small and not asked for.
 *
 * That one is no more than a view of it, until somebody asks for what only a real one has: making this costs
 * more than all the rest of a request.
 */
export function unreadIncoming({ env, req }: HonoContext, limit: number): Incoming | undefined {
  const { raw } = req;
  const incoming = (env as { incoming?: unknown } | undefined)?.incoming;
  if (!(incoming instanceof Readable) || !isViewOf(incoming, raw)) return undefined;
  const isRead = incoming.readableDidRead || incoming.destroyed || 'rawBody' in incoming;
  return isRead || BODILESS.has(raw.method) || !isSmall(incoming, limit) ? undefined : incoming;
}

/** By its symbols, as these are not exported: Hono may have another request by now, or a real one be made. */
function isViewOf(incoming: Readable, raw: Request): incoming is Incoming {
  const parts = Object.getOwnPropertySymbols(raw).map((symbol) => Reflect.get(raw, symbol));
  return parts.includes(incoming) && !parts.some((part) => part instanceof Request);
}

/** An empty one would not show whether it is given. */
function isSmall({ headers }: Incoming, limit: number): boolean {
  const length = Number(headers['content-length'] ?? 0);
  const isStated = headers['transfer-encoding'] === undefined;
  return isStated && length > 0 && length <= Math.min(limit, IN_MEMORY);
}

/**
 * Reads the body, so that whoever asks the request for it is given it all the same; undefined where it has more
 * bytes than `limit`.
 */
export async function readIncoming(
  incoming: Incoming,
  req: HonoRequest,
  limit: number,
): Promise<Spool | undefined> {
  const body = await Spool.readSmall(incoming, limit);
  if (body === undefined) return undefined;
  incoming.rawBody = await body.bytes();
  if (!(await isGiven(req.raw, incoming.rawBody))) {
    delete incoming.rawBody;
    req.raw = await unreadAgain(req.raw, body);
  }
  return body;
}

/** The kinds of views that are known to give `rawBody`: older versions do not. */
const GIVING = new WeakSet<object>();

async function isGiven(raw: Request, bytes: Buffer): Promise<boolean> {
  const kind = Object.getPrototypeOf(raw);
  if (GIVING.has(kind)) return true;
  // What is read of a copy is not read of the request.
  const copy: Request = Object.create(raw);
  const read = copy.arrayBuffer().then((given) => bytes.equals(Buffer.from(given)));
  const isSame = (await Promise.race([read.catch(() => false), nextTurn()])) === true;
  if (isSame) GIVING.add(kind);
  return isSame;
}
