// What `observe` gave, as it was at that moment: it may give things that live on.
import { createHash } from 'node:crypto';
import { inspect, types } from 'node:util';
import { RuntwiceError } from '../../core/errors.ts';

export type Shape =
  | { readonly kind: 'leaf'; readonly text: string }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Shape> }
  /** A `bag` is a list without order. */
  | { readonly kind: 'list' | 'bag'; readonly items: readonly Shape[] };

/**
 * Reads a value of any kind.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT for what cannot be compared: a promise, a function, a circle.
 */
export function shapeOf(value: unknown, path = '', above: readonly unknown[] = []): Shape {
  if (typeof value !== 'object' || value === null) return leafOf(value, path);
  if (above.includes(value)) throw unusable('goes round in a circle', path);
  if (isThenable(value)) throw unusable('is a promise, so nothing was seen of it yet', path);
  const inner = (name: string, one: unknown) => shapeOf(one, name, [...above, value]);
  if (Array.isArray(value)) return list('list', value, inner);
  if (value instanceof Set) return list('bag', [...value], inner);
  if (value instanceof Map)
    return map(
      [...value].map(([key, one]) => [keyText(key), one]),
      inner,
    );
  const text = textOf(value);
  return text === undefined ? map(Object.entries(value), inner) : { kind: 'leaf', text };

  function list(kind: 'list' | 'bag', items: readonly unknown[], read: typeof inner): Shape {
    return { kind, items: items.map((one, index) => read(`${path}[${index}]`, one)) };
  }
  function map(entries: readonly [string, unknown][], read: typeof inner): Shape {
    const shapes = entries.map(([key, one]) => [key, read(joined(path, key), one)] as const);
    return { kind: 'map', entries: new Map(shapes) };
  }
}

/** `orders.o1`, or `files['out/a.txt']` where a dot would be taken for another place. */
export function joined(path: string, key: string): string {
  if (!/^[\w$-]+$/u.test(key)) return `${path}[${inspect(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function leafOf(value: unknown, path: string): Shape {
  if (typeof value === 'function') throw unusable('is a function', path);
  return { kind: 'leaf', text: inspect(value, { maxStringLength: null }) };
}

/** Things that are one value: bytes, dates, errors, and what says itself how it is written. */
function textOf(value: object): string | undefined {
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return `${bytes.length} bytes (${createHash('sha256').update(bytes).digest('hex').slice(0, 16)})`;
  }
  if (types.isNativeError(value)) return `${value.name}: ${value.message}`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return inspect(value.toJSON());
  return types.isRegExp(value) || types.isBoxedPrimitive(value) ? inspect(value) : undefined;
}

function keyText(key: unknown): string {
  return typeof key === 'string' ? key : inspect(key);
}

function isThenable(value: object): boolean {
  return 'then' in value && typeof value.then === 'function';
}

function unusable(why: string, path: string): RuntwiceError {
  const what = path === '' ? 'what observe gives' : `${path} of what observe gives`;
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', `${what} ${why}`, {
    fix: 'Give plain values, after await: numbers, texts, lists, Maps, Sets, objects of these.',
  });
}
