import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AnswerHeader } from '../../engine/types.ts';

/** What a response says before its body, to be put back. */
export interface Head {
  readonly status: number;
  readonly message: string;
  /** By names in small letters. */
  readonly headers: Readonly<OutgoingHttpHeaders>;
}

export function headOf(response: ServerResponse): Head {
  const { statusCode: status, statusMessage: message } = response;
  return { status, message, headers: response.getHeaders() };
}

/** Makes the response say what it said then; only while nothing of it is out. */
export function putBack(response: ServerResponse, { status, message, headers }: Head): void {
  response.statusCode = status;
  response.statusMessage = message;
  const said = response.getHeaders();
  // What is the same is left alone: removing some headers changes how Node sends an answer.
  for (const name in said) {
    if (headers[name] === undefined) response.removeHeader(name);
  }
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && said[name] !== value) response.setHeader(name, value);
  }
}

/** Headers as they are recorded. */
export function headersOf({ headers }: Head): AnswerHeader[] {
  const pairs: AnswerHeader[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) pairs.push([name, typeof value === 'number' ? String(value) : value]);
  }
  return pairs;
}
