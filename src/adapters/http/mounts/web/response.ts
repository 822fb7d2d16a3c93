import type { Answer } from '../../engine/types.ts';

/** Statuses whose responses may have no body. */
const BODILESS = new Set([204, 205, 304]);

/** The response of an answer that no handler made. */
export function responseOf({ status, headers, body }: Answer): Response {
  const pairs = headers.map(([name, value]): [string, string] => [name, joined(value)]);
  return new Response(bodyOf(status, body), { status, headers: pairs });
}

/** Lines of one name are one value to fetch. */
export function joined(value: string | readonly string[]): string {
  return typeof value === 'string' ? value : value.join(', ');
}

/** A body as a response of this status takes it. */
export function bodyOf(status: number, body: string | Uint8Array): Uint8Array<ArrayBuffer> | null {
  if (BODILESS.has(status)) return null;
  // To a text, fetch would add a type.
  return typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array<ArrayBuffer>);
}
