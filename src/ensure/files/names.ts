/**
 * A path or name as its bytes, one character (U+0000 to U+00FF) a byte. File names are bytes, and
 * decoding them as UTF-8 loses those that are not: this form loses nothing and compares fast.
 */
export type Bytes = string & { readonly bytes: unique symbol };

const NOT_ASCII = /[^\0-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function isAscii(bytes: string): boolean {
  return !NOT_ASCII.test(bytes);
}

/** The bytes of a path from the caller: text is taken as UTF-8. */
export function toBytes(path: string | Uint8Array): Bytes {
  if (typeof path !== 'string') return Buffer.from(path).toString('latin1') as Bytes;
  return (NOT_ASCII.test(path) ? Buffer.from(path).toString('latin1') : path) as Bytes;
}

/** The form that node:fs takes. */
export function toPath(bytes: Bytes): string | Buffer {
  return NOT_ASCII.test(bytes) ? Buffer.from(bytes, 'latin1') : bytes;
}

export function join(folder: Bytes, name: Bytes): Bytes {
  if (folder === '') return name;
  return (folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`) as Bytes;
}

/** The part after the last separator, without trailing ones. */
export function baseName(path: Bytes): Bytes {
  const trimmed = trimSlashes(path);
  return trimmed.slice(trimmed.lastIndexOf('/') + 1) as Bytes;
}

/** The part before the last separator; `.` where there is none. */
export function folderName(path: Bytes): Bytes {
  const trimmed = trimSlashes(path);
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.' as Bytes;
  return (slash === 0 ? '/' : trimmed.slice(0, slash)) as Bytes;
}

/** The path without trailing separators; `/` stays. */
export function trimSlashes(path: Bytes): Bytes {
  return path.replace(/(?<=.)\/+$/su, '') as Bytes;
}

/** The text that the bytes stand for, or undefined where they are not valid UTF-8. */
export function toText(bytes: Bytes): string | undefined {
  if (!NOT_ASCII.test(bytes)) return bytes;
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return undefined;
  }
}

/** For people: the text, with the bytes that are no UTF-8 written as `\xNN`. */
export function display(bytes: Bytes): string {
  const text = toText(bytes);
  if (text !== undefined) return text;
  return bytes.replace(/[\x80-\xff]/gu, (char) => `\\x${(char.codePointAt(0) ?? 0).toString(16)}`);
}

/** How a report names it: as text, with the bytes beside it where text would lose some. */
export function reportName(bytes: Bytes): { item: string; bytes?: string } {
  const text = toText(bytes);
  if (text !== undefined) return { item: text };
  return { item: display(bytes), bytes: Buffer.from(bytes, 'latin1').toString('base64') };
}

/** What a file system ignores when it looks for a name. */
export interface Folding {
  readonly case: boolean;
  readonly unicode: boolean;
}

/** Names are told apart by their bytes, as on most Linux file systems. */
export const NO_FOLDING: Folding = { case: false, unicode: false };

/** The key of a name: names with the same key are one name to a file system that folds so. */
export function fold(name: Bytes, folding: Folding): string {
  if (!folding.case && !folding.unicode) return name;
  if (!NOT_ASCII.test(name)) return folding.case ? name.toLowerCase() : name;
  const text = toText(name) ?? name;
  const composed = folding.unicode ? text.normalize('NFD') : text;
  return folding.case ? composed.toUpperCase().toLowerCase() : composed;
}
