import { problem } from '../../engine/problems.ts';
import type { Answer, Captured } from '../../engine/types.ts';
import { isEventStream } from '../event-stream.ts';
import { HeldBody } from '../held-body.ts';
import { bodyOf } from './response.ts';
import { webStreamOf } from './stream.ts';
import { nextTurn } from './turn.ts';
import { untouchedBody } from './untouched.ts';

/** What a handler made of a request, and what it threw, where something else answered for it. */
export interface Went {
  readonly response: Response;
  readonly thrown?: { readonly error: unknown } | undefined;
}

/** What came of a handler, held until it is recorded. */
export interface Reply {
  readonly captured: Captured;
  /**
   * Lets it go out.
   * @throws what the handler threw.
   */
  send(): Response;
  /** Where a part of it is out already: its reader must not take it for whole. */
  cut?(): void;
}

/** What replies are made by. */
export interface Means {
  /** The header, as it came. */
  readonly key: string;
  readonly maxResponseBody: number;
  /** Makes the response of an answer that no handler made. */
  make(answer: Answer): Response;
  /** Takes a response whose end is still to come. */
  begin(response: Response): void;
}

const EVENTS_NOT_KEPT = problem('events-not-kept', { dialect: 'ietf', policyUrl: undefined });
const NO_BYTES = new Uint8Array();

/** What a framework answers to a throw is not seen here: its replay, where there is one, has no body. */
export function threw(error: unknown): Reply {
  return {
    captured: { status: 500, headers: [], body: NO_BYTES, thrown: { error } },
    send() {
      throw error;
    },
  };
}

export async function replyOf(went: Went, means: Means): Promise<Reply> {
  const { response } = went;
  const { status, headers } = response;
  // The connection becomes another one, or breaks.
  if (status < 200) return unknown(response, `the handler answers with ${status}`);
  if (isEventStream(headers.get('content-type'))) {
    response.body?.cancel().catch(() => {});
    return unknown(means.make(EVENTS_NOT_KEPT), 'the handler answers with server-sent events');
  }
  const whole = untouchedBody(response);
  if (whole !== undefined) return wholeReply(went, whole, means);
  const { body } = response;
  return body === null ? wholeReply(went, null, means) : heldReply(went, body, means);
}

function unknown(response: Response, why: string): Reply {
  const thrown = { error: new Error(why) };
  return {
    captured: { status: 500, headers: [], body: undefined, thrown },
    send: () => response,
  };
}

/** A body that is there at once. */
function wholeReply(went: Went, body: string | Uint8Array | null, means: Means): Reply {
  const head = headOf(went);
  const sent = body === null ? null : bodyOf({ ...head, body });
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? NO_BYTES);
  const kept = bytes.length > means.maxResponseBody ? undefined : bytes;
  return { captured: { ...head, body: kept }, send: () => sentOf(went, sent, means) };
}

/** A body that is not at its end within one turn of the event loop begins to go out while it is read. */
async function heldReply(went: Went, body: ReadableStream, means: Means): Promise<Reply> {
  const head = headOf(went);
  const held = new HeldBody(body, means.maxResponseBody);
  const soon = await Promise.race([held.whole, nextTurn()]);
  if (soon?.broken !== undefined) return threw(soon.broken.error);
  if (soon?.bytes !== undefined) return wholeReply(went, soon.bytes, means);
  const streamed = sentOf(went, webStreamOf(held.stream), means);
  means.begin(streamed);
  const whole = await held.whole;
  // Half an answer says nothing.
  if (whole.broken !== undefined) return threw(whole.broken.error);
  return {
    captured: { ...head, body: whole.bytes },
    send() {
      held.release();
      return streamed;
    },
    cut: () => held.cut(new Error('what became of the request was not recorded')),
  };
}

function headOf({ response, thrown }: Went): Omit<Captured, 'body'> {
  return { status: response.status, headers: [...response.headers], thrown };
}

/** The handler's response with the key, and with this body. */
function sentOf(
  { response }: Went,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream | null,
  { key }: Means,
): Response {
  const sent = new Response(body, response);
  sent.headers.set('idempotency-key', key);
  return sent;
}
