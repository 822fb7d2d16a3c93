// A record is one text, its fields separated by a sign that no field has. Clients write texts as
// UTF-8, which has no halves of surrogate pairs, and a result must come back as it was. What cannot be
// in a field is written as a sign and four digits; so is that sign. JSON has none of them, so that
// results stay readable for people.

export const SEPARATOR = '\u001f';
const SIGN = '\u001a';
const UNITS = new RegExp(`[${SIGN}${SEPARATOR}]|\\p{Surrogate}`, 'gu');
const WRITTEN = new RegExp(`${SIGN}([0-9a-f]{4})`, 'g');

/** Any text as one that a field can hold; different texts stay different. */
export function toField(text: string): string {
  if (!text.includes(SIGN) && !text.includes(SEPARATOR) && text.isWellFormed()) return text;
  return text.replace(UNITS, (unit) => SIGN + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** The text again. */
export function fromField(field: string): string {
  if (!field.includes(SIGN)) return field;
  return field.replace(WRITTEN, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** A reply as text: an application may have its client give bytes. */
export function textOf(reply: unknown): string {
  return reply instanceof Uint8Array ? Buffer.from(reply).toString('utf8') : String(reply);
}
