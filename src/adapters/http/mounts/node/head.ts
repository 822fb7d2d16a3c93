import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { AnswerHeader } from '../../engine/types.ts';

/** What a response says before its body, to be put back. */
export interface Head {
  readonly status: number;
  readonly message: string;
  /** By names in small letters. */
  readonly headers: ReadonlyMap<string, OutgoingHttpHeader>;
}

export function headOf(response: ServerResponse): Head {
  const headers = new Map<string, OutgoingHttpHeader>();
  for (const name of response.getHeaderNames()) {
    const value = response.getHeader(name);
    if (value !== undefined) headers.set(name, value);
  }
  return { status: response.statusCode, message: response.statusMessage, headers };
}

/** Makes the response say what it said then; only while nothing of it is out. */
export function putBack(response: ServerResponse, { status, message, headers }: Head): void {
  response.statusCode = status;
  response.statusMessage = message;
  // What is the same is left alone: removing some headers changes how Node sends an answer.
  for (const name of response.getHeaderNames()) {
    if (!headers.has(name)) response.removeHeader(name);
  }
  for (const [name, value] of headers) {
    if (response.getHeader(name) !== value) response.setHeader(name, value);
  }
}

/** Headers as they are recorded. */
export function headersOf({ headers }: Head): AnswerHeader[] {
  return Array.from(headers, ([name, value]) => [
    name,
    typeof value === 'number' ? String(value) : value,
  ]);
}
