import { printable } from '../core/words.ts';
import type { KeyView } from '../once/key-view.ts';

/** A key on one line: `done     once  nightly-2026-11-24  attempt 1  2026-11-24T02:00:00.000Z`. */
export function lineOf({ state, scope, operation, key, attempt, startedAt }: KeyView): string {
  const name = scope === '' ? operation : `${scope}/${operation}`;
  const when = startedAt.toISOString();
  return [state.padEnd(8), printable(name), printable(key), `attempt ${attempt}`, when].join('  ');
}

/** All that is known of a key. */
export function detailsOf(view: KeyView): string {
  const { attempt, firstAt, startedAt, finishedAt, leaseUntil, steps, result } = view;
  return [
    lineOf(view),
    `  first seen ${firstAt.toISOString()}`,
    `  attempt ${attempt} began ${startedAt.toISOString()}`,
    ...(finishedAt === undefined ? [] : [`  finished ${finishedAt.toISOString()}`]),
    ...(leaseUntil === undefined
      ? []
      : [`  held until ${leaseUntil.toISOString()}, unless renewed`]),
    ...steps.map(({ name, done }) => `  step ${printable(name)}: ${done ? 'done' : 'begun'}`),
    ...(result === undefined ? [] : [`  result: ${resultText(result)}`]),
  ].join('\n');
}

/** The key as a JSON value: bytes and errors as text. */
export function plainView(view: KeyView): object {
  const { result } = view;
  return { ...view, result: result instanceof Error ? { error: result.message } : shown(result) };
}

function resultText(result: unknown): string {
  if (result instanceof Error) return `error: ${printable(result.message)}`;
  return printable(JSON.stringify(shown(result)) ?? 'undefined');
}

/** What JSON has no form for, as people read it. */
function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Map || value instanceof Set) return shown([...value]);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shown(member)]));
}
