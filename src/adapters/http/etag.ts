import { hash } from 'node:crypto';

/** An entity tag (RFC 9110, section 8.8.3). */
export interface ETag {
  /** What is between the quotes. */
  readonly opaque: string;
  readonly isWeak: boolean;
}

/**
 * A strong ETag for the bytes of a representation: a hash of them (SHA-256), in quotes. A text is
 * taken as UTF-8.
 *
 * Run twice: the same bytes have the same ETag.
 */
export function etagOf(content: Uint8Array | string): string {
  return `"${hash('sha256', content, 'base64url')}"`;
}

/** Undefined where the text is not one entity tag and nothing else. */
export function parseETag(text: string): ETag | undefined {
  const read = readETag(text, 0);
  return read?.end === text.length ? read.tag : undefined;
}

/**
 * What an `If-Match` or `If-None-Match` header holds: `*`, or entity tags; undefined where it is
 * neither. Empty members of the list are left out, as RFC 9110, section 5.6.1.2, asks of recipients.
 */
export function parseETags(header: string): '*' | ETag[] | undefined {
  if (header.trim() === '*') return '*';
  const tags: ETag[] = [];
  for (let at = skipBlanks(header, 0); at < header.length; at = skipBlanks(header, at)) {
    if (header[at] === ',') {
      at += 1;
      continue;
    }
    const read = readETag(header, at);
    if (read === undefined) return undefined;
    tags.push(read.tag);
    at = skipBlanks(header, read.end);
    if (at < header.length && header[at] !== ',') return undefined;
  }
  return tags;
}

/** Both strong, and the same: the bytes are the same. */
export function isStrongMatch(one: ETag, other: ETag): boolean {
  return !one.isWeak && !other.isWeak && one.opaque === other.opaque;
}

/** The same, weak or not: either may be used for the other. */
export function isWeakMatch(one: ETag, other: ETag): boolean {
  return one.opaque === other.opaque;
}

function readETag(text: string, at: number): { tag: ETag; end: number } | undefined {
  const isWeak = text.startsWith('W/', at);
  const open = isWeak ? at + 2 : at;
  if (text[open] !== '"') return undefined;
  let close = open + 1;
  while (close < text.length && isInETag(text.charCodeAt(close))) close += 1;
  if (text[close] !== '"') return undefined;
  return { tag: { opaque: text.slice(open + 1, close), isWeak }, end: close + 1 };
}

/** `etagc`: what is visible but quotes, and bytes above ASCII, which come as characters up to 255. */
function isInETag(code: number): boolean {
  return code === 0x21 || (code >= 0x23 && code <= 0x7e) || (code >= 0x80 && code <= 0xff);
}

/** `OWS`: spaces and tabs. */
function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}
