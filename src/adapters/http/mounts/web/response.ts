import type { Answer } from '../../engine/types.ts';

/** Statuses whose responses may have no body. */
const BODILESS = new Set([204, 205, 304]);

/** The response of an answer that no handler made. */
export function responseOf(answer: Answer): Response {
  const { status, headers } = answer;
  const pairs = headers.map(([name, value]): [string, string] => [name, joined(value)]);
  return new Response(bodyOf(answer), { status, headers: pairs });
}

/** Lines of one name are one value to fetch. */
export function joined(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(', ');
}

/** A body as a response takes it. */
export function bodyOf({ status, headers, body }: Answer): string | Uint8Array<ArrayBuffer> | null {
  if (BODILESS.has(status)) return null;
  if (typeof body !== 'string') return body as Uint8Array<ArrayBuffer>;
  // Node sends a text together with the head; but to one without a type, fetch would add one.
  return headers.some(([name]) => name === 'content-type') ? body : Buffer.from(body);
}
