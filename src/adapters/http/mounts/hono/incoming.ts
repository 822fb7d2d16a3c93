import { Readable } from 'node:stream';
import { IN_MEMORY, Spool } from '../spool.ts';
import { statedLength, unreadAgain } from '../web/request.ts';
import { nextTurn } from '../web/turn.ts';
import type { HonoContext, HonoRequest } from './context.ts';

/** A request of Node, with the body that somebody has read: hosts of functions do, and Hono's server gives it. */
type Incoming = Readable & { rawBody?: Buffer };

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
  if (!(incoming instanceof Readable) || 'rawBody' in incoming) return undefined;
  if (incoming.readableDidRead || incoming.destroyed || BODILESS.has(raw.method)) return undefined;
  const length = statedLength(raw.headers);
  // An empty body would not show whether it is given.
  if (length === undefined || length === 0 || length > Math.min(limit, IN_MEMORY)) return undefined;
  // Its symbols are not exported; and what Hono has may be another request by now, or a real one be made.
  const parts = Object.getOwnPropertySymbols(raw).map((symbol) => Reflect.get(raw, symbol));
  const isView = parts.includes(incoming) && !parts.some((part) => part instanceof Request);
  return isView ? incoming : undefined;
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
