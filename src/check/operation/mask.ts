import { joined, type Shape } from './shape.ts';

/** Values that are another each time: those of two first runs, by their path without numbers. */
export type Mask = ReadonlySet<string>;

export const NO_MASK: Mask = new Set();

export function maskOf(one: Shape, other: Shape): Mask {
  const [left, right] = [leavesOf(one), leavesOf(other)];
  const differing = [...left].filter(([path, texts]) => {
    const others = right.get(path);
    return others !== undefined && others.length === texts.length && !isSame(texts, others);
  });
  return new Set(differing.map(([path]) => path));
}

/** `orders[].at` → all texts there. */
function leavesOf(shape: Shape): Map<string, string[]> {
  const leaves = new Map<string, string[]>();
  const walk = (one: Shape, path: string): void => {
    if (one.kind === 'leaf') leaves.set(path, [...(leaves.get(path) ?? []), one.text]);
    else if (one.kind === 'map') {
      for (const [key, inner] of one.entries) walk(inner, joined(path, key));
    } else for (const item of one.items) walk(item, `${path}[]`);
  };
  walk(shape, '');
  return leaves;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  const [left, right] = [one.toSorted(), other.toSorted()];
  return left.every((text, index) => text === right[index]);
}
