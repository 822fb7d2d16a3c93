// PostgreSQL's text holds neither U+0000 nor halves of surrogate pairs, and a result must come back as
// it was. What it cannot hold is written as a sign and four digits; so is the sign. JSON has none of
// them, so that results stay readable for people.

const SIGN = '\u001a';
const UNITS = new RegExp(`[\0${SIGN}]|\\p{Surrogate}`, 'gu');
const WRITTEN = new RegExp(`${SIGN}([0-9a-f]{4})`, 'g');

/** Any text as one that PostgreSQL can hold; different texts stay different. */
export function toStored(text: string): string {
  if (!text.includes('\0') && !text.includes(SIGN) && text.isWellFormed()) return text;
  return text.replace(UNITS, (unit) => SIGN + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** The text again. */
export function fromStored(stored: string): string {
  if (!stored.includes(SIGN)) return stored;
  return stored.replace(WRITTEN, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
