import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { AnswerHeader } from '../../engine/types.ts';

/** The headers of a response, by names in small letters. */
export function headersOf(response: ServerResponse): AnswerHeader[] {
  const headers: AnswerHeader[] = [];
  for (const name of response.getHeaderNames()) {
    const value = response.getHeader(name);
    if (value !== undefined) {
      headers.push([name, typeof value === 'number' ? String(value) : value]);
    }
  }
  return headers;
}

/** All the forms that `writeHead` takes: an object, names and values in turn, or pairs. */
export function setHeaders(
  response: ServerResponse,
  headers: OutgoingHttpHeaders | readonly unknown[],
): void {
  for (const [name, values] of byName(headers)) {
    response.setHeader(name, values.length === 1 ? (values[0] as string) : values);
  }
}

function byName(headers: OutgoingHttpHeaders | readonly unknown[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairsOf(headers)) {
    if (value === undefined) continue;
    const more = Array.isArray(value) ? value.map(String) : [String(value)];
    values.set(name, [...(values.get(name) ?? []), ...more]);
  }
  return values;
}

function pairsOf(headers: OutgoingHttpHeaders | readonly unknown[]): [string, unknown][] {
  if (!Array.isArray(headers)) return Object.entries(headers);
  if (headers.every(Array.isArray)) return headers as [string, unknown][];
  const pairs: [string, unknown][] = [];
  for (let at = 0; at < headers.length; at += 2) {
    pairs.push([String(headers[at]), headers[at + 1]]);
  }
  return pairs;
}
