import { parseItem } from '../../../vendor/structured-headers.ts';

/** A key, or why the header holds none. */
export type ParsedKey = { readonly key: string } | { readonly problem: string };

const MAX_KEY_LENGTH = 255;

/**
 * The key in an `Idempotency-Key` header: a String of RFC 9651, as the IETF's draft asks for, or the
 * bare key, as most clients send it; both are the same key. Parameters are ignored.
 */
export function parseKey(header: string, isStrict: boolean): ParsedKey {
  const text = header.trim();
  if (text === '') return { problem: 'it is empty' };
  const parsed = text.startsWith('"') ? quotedKey(text) : bareKey(text, isStrict);
  if ('problem' in parsed) return parsed;
  if (parsed.key === '') return { problem: 'it is empty' };
  if (parsed.key.length <= MAX_KEY_LENGTH) return parsed;
  return { problem: `it has more than ${MAX_KEY_LENGTH} characters` };
}

function quotedKey(text: string): ParsedKey {
  try {
    const [value] = parseItem(text);
    if (typeof value === 'string') return { key: value };
  } catch {
    // Said below.
  }
  return { problem: 'it is no string of RFC 9651, or more than one' };
}

function bareKey(text: string, isStrict: boolean): ParsedKey {
  if (isStrict) return { problem: 'it is no string in quotes (RFC 9651)' };
  if (/^[!#-+\--~]+$/u.test(text)) return { key: text };
  return { problem: 'it has characters that a key cannot have, or is more than one' };
}
