import { dirname, extname } from 'node:path';
import type { Effect } from '../sandbox/effects.ts';
import type { Address } from './address.ts';

/** A moment of one run: before that effect, or after it. */
export interface Moment {
  readonly effect: Effect;
  readonly when: 'before' | 'after';
}

/** A moment to kill a command at, in any run. */
export interface Point extends Address {
  readonly when: Moment['when'];
  /** The effect in words. */
  readonly text: string;
}

/** After these another part of the world knows. */
const ALWAYS = new Set(['rename', 'unlink', 'link', 'send']);

/**
 * All moments, the telling ones first: the first and last effect of all, and of each class of calls,
 * every rename, link, unlink and send, and after each send; then the others, spread. Those in the
 * folder come before those in caches and logs elsewhere.
 */
export function momentsOf(effects: readonly Effect[], folder: string): Moment[] {
  const last = effects.length;
  if (last === 0) return [];
  const classes = new Map<string, number[]>();
  for (const [index, { name, path }] of effects.entries()) {
    const key = `${name} ${dirname(path)} ${extname(path)}`;
    classes.set(key, [...(classes.get(key) ?? []), index + 1]);
  }
  const always = effects.flatMap(({ name }, index) => (ALWAYS.has(name) ? [index + 1] : []));
  const ends = [...classes.values()].flatMap((numbers) => [numbers[0] ?? 1, numbers.at(-1) ?? 1]);
  const telling = [...new Set([1, last, ...ends, ...always])];
  const isNear = (number: number) => {
    const { name = '', path = '' } = effects[number - 1] ?? {};
    return name === 'send' || path.startsWith(`${folder}/`);
  };
  telling.sort((left, right) => Number(isNear(right)) - Number(isNear(left)));
  const rest = effects.map((_, index) => index + 1).filter((number) => !telling.includes(number));
  const at = (when: Moment['when']) => (number: number) =>
    effects.slice(number - 1, number).map((effect) => ({ effect, when }));
  return [
    ...at('after')(last),
    ...[...telling, ...spread(rest)].flatMap(at('before')),
    ...always
      .filter((number) => effects[number - 1]?.name === 'send' && number !== last)
      .flatMap(at('after')),
  ];
}

/** The middle first, then the middles of the halves, and so on. */
export function spread(numbers: readonly number[]): number[] {
  const order: number[] = [];
  let parts: (readonly number[])[] = [numbers];
  while (parts.length > 0) {
    const next: (readonly number[])[] = [];
    for (const part of parts) {
      const middle = part[part.length >> 1];
      if (middle === undefined) continue;
      order.push(middle);
      next.push(part.slice(0, part.length >> 1), part.slice((part.length >> 1) + 1));
    }
    parts = next;
  }
  return order;
}
