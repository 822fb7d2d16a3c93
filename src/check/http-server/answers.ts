// What answers say, and whether two say the same.
import { isUtf8 } from 'node:buffer';
import type { Answered, Came } from './exchange.ts';

/** Those that a client acts on; dates, cookies and how it was sent are each answer's own. */
const TELLING = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'location',
  'etag',
  'last-modified',
  'cache-control',
  'link',
];

/** Whether they have one status and the same bytes; headers are looked at where nothing else is asked. */
export function isAlike(first: Came, again: Came): boolean {
  if (first.status === undefined || again.status === undefined) return false;
  return first.status === again.status && first.body.equals(again.body);
}

/** Where the second answer is another, in words. */
export function differencesOf(first: Came, again: Came): string[] {
  if (first.status === undefined || again.status === undefined) return [cameText(again)];
  const headers = TELLING.flatMap((name) => {
    const [was, is] = [first.headers[name], again.headers[name]];
    return String(was) === String(is) ? [] : [`${name}: ${was ?? 'none'} → ${is ?? 'none'}`];
  });
  return [
    ...(first.status === again.status ? [] : [`status ${first.status} → ${again.status}`]),
    ...headers,
    ...(first.body.equals(again.body)
      ? []
      : [`body ${bodyText(first.body)} → ${bodyText(again.body)}`]),
  ];
}

/** `201 with 12 bytes`, or why there is none. */
export function cameText(came: Came): string {
  return came.status === undefined ? came.why : `${came.status}, ${bodyText(came.body)}`;
}

const MOST_SHOWN = 48;

function bodyText(body: Buffer): string {
  if (body.length === 0) return 'no bytes';
  if (!isUtf8(body)) return `${body.length} bytes (binary)`;
  const text = body.toString('utf8');
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return `${body.length} bytes ${JSON.stringify(shown)}`;
}

/** Clients come again after these. */
const NOT_NOW = new Set([409, 423, 425, 429, 503]);

export function isNotNow(came: Came): came is Answered {
  return came.status !== undefined && NOT_NOW.has(came.status);
}

export function isGood(came: Came): boolean {
  return came.status !== undefined && came.status < 400;
}

/** By 4xx: what was asked for was not done, and the client has to change something. */
export function isRefusal(came: Came): boolean {
  return came.status !== undefined && came.status >= 400 && came.status < 500;
}

/** When it says to come again, in ms from now. */
export function retryAfterMs({ headers }: Answered): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** Why it refuses, as a program reads it: two answers with one reason say the same thing. */
export function reasonOf({ status, body }: Answered): { text: string; isNamed: boolean } {
  const problem = jsonOf(body);
  const { type, code, title, error } = problem;
  const inner = typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  const names = [type, code, title, inner].filter((name) => typeof name === 'string');
  if (names.length > 0) return { text: [status, ...names].join(' '), isNamed: true };
  const text = body.toString('utf8').replaceAll(/[\da-f-]{8,}|\d+/giu, '#');
  return { text: `${status} ${text}`, isNamed: false };
}

function jsonOf(body: Buffer): Partial<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
