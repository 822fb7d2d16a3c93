// Values on their way to the server. Arrays are written out here: the clients write them in ways of
// their own, and one of them not at all for bytes.
import { toStored } from '../../once/store/text.ts';

/** An id as bytes: compared as such, whatever the database's collation. */
export function idBytes(id: string): Uint8Array {
  return Buffer.from(id, 'utf8');
}

/** An id that the server wrote: `\x` and hexadecimal digits. */
export function idOf(written: string | null | undefined): string {
  return Buffer.from(String(written).slice(2), 'hex').toString('utf8');
}

/** Whole milliseconds; null for a time without end. */
export function endable(ms: number): number | null {
  return ms === Number.POSITIVE_INFINITY ? null : whole(ms);
}

/** Whole milliseconds, as many as can be added to a time. */
export function whole(ms: number): number {
  return Math.round(Math.min(ms, Number.MAX_SAFE_INTEGER));
}

export function optionalText(text: string | undefined): string | null {
  return text === undefined ? null : toStored(text);
}

/** A PostgreSQL array of bytes. */
export function idArray(ids: readonly string[]): string {
  return `{${ids.map((id) => `"\\\\x${Buffer.from(id, 'utf8').toString('hex')}"`).join()}}`;
}

export function textArray(texts: readonly (string | null)[]): string {
  return `{${texts.map((text) => (text === null ? 'NULL' : quoted(text))).join()}}`;
}

export function numberArray(numbers: readonly (number | null)[]): string {
  return `{${numbers.map((number) => number ?? 'NULL').join()}}`;
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
}

/** The first and the first later bytes of all ids that begin with a prefix. */
export function range(prefix: string): [from: Uint8Array, end: Uint8Array] {
  const from = Buffer.from(prefix, 'utf8');
  // No byte of UTF-8 is 255, so that the last one can always be raised.
  const end = Buffer.from(from.length === 0 ? [0xff] : from);
  if (from.length > 0) end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return [from, end];
}

/** The first bytes after an id. */
export function nextAfter(id: string): Uint8Array {
  return Buffer.from(`${id}\0`, 'utf8');
}
