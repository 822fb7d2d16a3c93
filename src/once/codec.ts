import { RuntwiceError } from '../core/errors.ts';
import { parse, stringify } from '../vendor/devalue.ts';
import { FinalError } from './errors.ts';
import type { StoredResult } from './store/types.ts';

/** How values of an operation are recorded that are neither JSON nor of the types known here. */
export interface ResultCodec<Value> {
  /** A plain value for one of the operation's. */
  save(value: Value): unknown;
  /** The operation's value again. */
  load(saved: unknown): Value;
}

/** A result that is not kept, and why. */
export const NOT_KEPT: StoredResult = { codec: 'none', text: '' };

/**
 * A value as text: JSON where JSON gives the same value back, else `rich`, which knows Date, Map,
 * Set, bytes, bigint, undefined, and values that refer to each other.
 * @throws where the value is of no such type: an instance of a class, a function.
 */
export function encode(value: unknown): StoredResult {
  if (isPlainJson(value, 0)) return { codec: 'json', text: JSON.stringify(value) };
  return { codec: 'rich', text: stringify(value) };
}

const CUSTOM = '+custom';

/** The same by way of the operation's own codec, if it has one. */
export function encodeValue(value: unknown, codec: ResultCodec<unknown> | undefined): StoredResult {
  if (codec === undefined) return encode(value);
  const saved = encode(codec.save(value));
  return { codec: `${saved.codec}${CUSTOM}`, text: saved.text };
}

/** The operation's value again. */
export function decodeValue(
  stored: StoredResult,
  codec: ResultCodec<unknown> | undefined,
): unknown {
  if (!stored.codec.endsWith(CUSTOM)) return decode(stored);
  const saved = decode({ codec: stored.codec.slice(0, -CUSTOM.length), text: stored.text });
  if (codec !== undefined) return codec.load(saved);
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'the record was written with a result codec, and the operation has none',
    { fix: "Give the operation the codec again that its results were recorded with: 'result'." },
  );
}

/** The value that was encoded; a new one each time, so that no caller changes another's. */
export function decode({ codec, text }: StoredResult): unknown {
  if (codec === 'json') return JSON.parse(text);
  if (codec === 'rich') return parse(text);
  throw new RuntwiceError(
    'ERR_RUNTWICE_RECORD_TOO_NEW',
    `the record's result is written as ${codec}, which this version of runtwice does not know`,
    { fix: 'Update runtwice: a newer version of it wrote the record.' },
  );
}

/** A final error as text: its message, data and cause's message. */
export function encodeError({ message, data, cause }: FinalError): StoredResult {
  const because = cause instanceof Error ? cause.message : undefined;
  return { codec: 'error', text: stringify({ message, data, because }) };
}

/** The recorded final error. */
export function decodeError({ text }: StoredResult): FinalError {
  const { message, data, because } = parse(text) as {
    message: string;
    data: unknown;
    because?: string;
  };
  const cause = because === undefined ? {} : { cause: new Error(because) };
  return new FinalError(message, { data, ...cause });
}

const MAX_DEPTH = 200;

/** Whether JSON gives exactly this value back. */
function isPlainJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || (depth < MAX_DEPTH && isPlainObject(value, depth));
    default:
      return false;
  }
}

function isPlainObject(value: object, depth: number): boolean {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      if (!isPlainJson(value[index], depth + 1)) return false;
    }
    return Object.keys(value).length === value.length;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype || 'toJSON' in value) return false;
  for (const name in value) {
    if (name === '__proto__' || !isPlainJson(value[name as keyof typeof value], depth + 1)) {
      return false;
    }
  }
  return Object.getOwnPropertySymbols(value).length === 0;
}
