import { RuntwiceError } from '../../../../core/errors.ts';
import { Spool } from '../spool.ts';
import { readBody } from '../web/request.ts';
import type { HonoContext, HonoRequest } from './context.ts';
import { readIncoming, unreadIncoming } from './incoming.ts';

/**
 * Reads the body of a request; undefined where it has more than `limit` bytes.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where its bytes are gone: another body could not be told from it.
 */
export async function readHonoBody(
  context: HonoContext,
  limit: number,
): Promise<Spool | undefined> {
  const { req } = context;
  const { raw, bodyCache } = req;
  const read = Object.keys(bodyCache);
  if (read.length === 0 && !raw.bodyUsed) {
    const incoming = unreadIncoming(context, limit);
    return incoming === undefined ? readUnread(req, limit) : readIncoming(incoming, req, limit);
  }
  // Hono makes the bytes again from what was read, but those of a form with another boundary each time.
  if (read.every((name) => name === 'formData')) throw gone();
  const bytes = new Uint8Array(await req.arrayBuffer());
  return bytes.length > limit ? undefined : Spool.of(bytes);
}

function readUnread(req: HonoRequest, limit: number): Promise<Spool | undefined> {
  const { raw } = req;
  const unread = {
    headers: raw.headers,
    get body() {
      return raw.body;
    },
    // Kept by Hono, so that the handler can parse it.
    arrayBuffer: () => req.arrayBuffer(),
  };
  return readBody(unread, limit);
}

function gone(): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'the body was read before, and its bytes are gone, so that another one with the same key could not be told from it',
    { fix: 'Nothing was done. Put idempotency() before what reads the body.' },
  );
}
