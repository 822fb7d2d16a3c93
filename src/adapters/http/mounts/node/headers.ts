import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** All the forms that `writeHead` takes: an object, names and values in turn, or pairs. */
export function setHeaders(
  response: ServerResponse,
  headers: OutgoingHttpHeaders | readonly unknown[],
): void {
  for (const { name, values } of byName(headers)) {
    response.setHeader(name, values.length === 1 ? (values[0] as string) : values);
  }
}

interface Named {
  readonly name: string;
  readonly values: string[];
}

/** Names that differ in case are one. */
function byName(headers: OutgoingHttpHeaders | readonly unknown[]): Iterable<Named> {
  const named = new Map<string, Named>();
  for (const [name, value] of pairsOf(headers)) {
    if (value === undefined) continue;
    const one = named.get(name.toLowerCase()) ?? { name, values: [] };
    one.values.push(...(Array.isArray(value) ? value.map(String) : [String(value)]));
    named.set(name.toLowerCase(), one);
  }
  return named.values();
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
