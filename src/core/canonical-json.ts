import { RuntwiceError } from './errors.ts';

/** Nested deeper than this is taken for a cycle. */
const MAX_DEPTH = 1000;

/**
 * The one JSON text for a value, as RFC 8785 has it: no spaces, members sorted by their UTF-16 units.
 * Like `JSON.stringify` it asks `toJSON` and leaves out members that are undefined; unlike it, it
 * refuses what JSON would change or lose, so that no two inputs that differ look alike.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT for NaN, infinities, bigint, functions, symbols, Map, Set,
 * bytes, lone surrogates and cycles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '', 0);
}

function write(value: unknown, key: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      return text(value);
    case 'number':
      if (!Number.isFinite(value)) break;
      return String(value === 0 ? 0 : value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return writeObject(value, key, depth);
    default:
  }
  throw refused(value);
}

function writeObject(value: object, key: string, depth: number): string {
  if (depth > MAX_DEPTH) throw refused(value, 'is nested too deeply, or refers to itself');
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return write(value.toJSON(key), key, depth + 1);
  }
  if (Array.isArray(value)) {
    let items = '';
    for (let index = 0; index < value.length; index++) {
      items += `${index === 0 ? '' : ','}${write(value[index], '', depth + 1)}`;
    }
    return `[${items}]`;
  }
  if (isOpaque(value)) throw refused(value);
  return writeMembers(value as Record<string, unknown>, depth);
}

function writeMembers(value: Record<string, unknown>, depth: number): string {
  let members = '';
  for (const name of sorted(Object.keys(value))) {
    const member = value[name];
    if (member === undefined) continue;
    if (members !== '') members += ',';
    members += beginning(name);
    members += write(member, name, depth + 1);
  }
  return `{${members}}`;
}

/** In place; an insertion sort, which costs less than `sort` for the few names that objects have. */
function sorted(names: string[]): string[] {
  if (names.length > 32) return names.sort();
  for (let end = 1; end < names.length; end++) {
    const name = names[end] as string;
    let at = end;
    while (at > 0 && (names[at - 1] as string) > name) {
      names[at] = names[at - 1] as string;
      at -= 1;
    }
    names[at] = name;
  }
  return names;
}

/** Most inputs have the names of those before them, and every second text to be written is a name. */
const beginnings = new Map<string, string>();
const MAX_NAMES = 1000;
const MAX_NAME_LENGTH = 100;

/** What a member of this name begins with. */
function beginning(name: string): string {
  const known = beginnings.get(name);
  if (known !== undefined) return known;
  const made = `${text(name)}:`;
  if (beginnings.size < MAX_NAMES && name.length <= MAX_NAME_LENGTH) beginnings.set(name, made);
  return made;
}

function text(value: string): string {
  if (!value.isWellFormed()) throw refused(value, 'is not well-formed Unicode');
  return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
const ESCAPED = /["\\\u0000-\u001f]/u;

/** Objects whose content does not show in their members. */
function isOpaque(value: object): boolean {
  // Nearly all: what they are no instance of takes longer to ask than to write them.
  if (Object.getPrototypeOf(value) === Object.prototype) return false;
  return (
    value instanceof Map ||
    value instanceof Set ||
    value instanceof WeakMap ||
    value instanceof RegExp ||
    value instanceof Promise ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value)
  );
}

function refused(value: unknown, why?: string): RuntwiceError {
  const what = typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value;
  const reason = why ?? (typeof value === 'number' ? `is ${value}` : 'has no JSON form');
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    `a part of the input (${what}) ${reason}`,
    { fix: 'Give an input of plain JSON values; for bytes, give the bytes alone or their hash.' },
  );
}
