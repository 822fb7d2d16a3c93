// Values on their way to the server: texts as bytes, and numbers.
import { toStored } from '../../once/store/text.ts';

/** An id as bytes: compared as such, whatever the database's collation. */
export function idBytes(id: string): Buffer {
  return Buffer.from(id, 'utf8');
}

export function bytes(text: string): Buffer {
  return Buffer.from(toStored(text), 'utf8');
}

export function optionalBytes(text: string | undefined): Buffer | null {
  return text === undefined ? null : bytes(text);
}

/** Whole milliseconds; null for a time without end. */
export function endable(ms: number): number | null {
  return ms === Number.POSITIVE_INFINITY ? null : whole(ms);
}

/** Whole milliseconds, as many as can be added to a time. */
export function whole(ms: number): number {
  return Math.round(Math.min(ms, Number.MAX_SAFE_INTEGER));
}

/** The first and the first later bytes of all ids that begin with a prefix. */
export function range(prefix: string): [from: Buffer, end: Buffer] {
  const from = Buffer.from(prefix, 'utf8');
  // No byte of UTF-8 is 255, so that the last one can always be raised.
  const end = Buffer.from(from.length === 0 ? [0xff] : from);
  if (from.length > 0) end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return [from, end];
}
