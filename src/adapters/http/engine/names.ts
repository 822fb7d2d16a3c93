import { hash } from 'node:crypto';

/** An identity has room for 512 bytes; a key may have 255 of them. */
const MAX_BYTES = 96;

/** A name that is too long for the record is known by its beginning and its hash. */
export function shortName(name: string): string {
  if (name.length * 3 <= MAX_BYTES || Buffer.byteLength(name) <= MAX_BYTES) return name;
  return `${name.slice(0, 16).toWellFormed()}…${hash('sha256', name, 'base64url')}`;
}
