import { type Mask, NO_MASK } from './mask.ts';
import { joined, type Shape } from './shape.ts';

/** One place in what `observe` gave. */
interface Line {
  readonly text: string;
  /** Whether it is an item of a list, or of a set. */
  readonly isItem: boolean;
}

/** One place that is not as it should be. */
export interface Difference {
  readonly kind: 'missing' | 'other' | 'extra' | 'item too many';
  readonly path: string;
  readonly wanted: string;
  readonly found: string;
}

/** What is otherwise than it should be. */
export function differencesOf(wanted: Shape, found: Shape, mask: Mask = NO_MASK): Difference[] {
  const [before, after] = [linesOf(wanted, mask), linesOf(found, mask)];
  const differences: Difference[] = [];
  for (const [path, { text }] of before) {
    const now = after.get(path);
    if (now === undefined) differences.push({ kind: 'missing', path, wanted: text, found: '' });
    else if (now.text !== text) {
      differences.push({ kind: 'other', path, wanted: text, found: now.text });
    }
  }
  for (const [path, { text, isItem }] of after) {
    if (before.has(path)) continue;
    const kind = isItem ? 'item too many' : 'extra';
    differences.push({ kind, path, wanted: '', found: text });
  }
  return withoutInner(differences);
}

/** What is inside of something that is missing or left over is told by that. */
function withoutInner(differences: readonly Difference[]): Difference[] {
  const whole = new Set(differences.filter(({ kind }) => kind !== 'other').map(({ path }) => path));
  return differences.filter(({ path }) => {
    for (let at = path.length - 1; at > 0; at--) {
      if ((path[at] === '.' || path[at] === '[') && whole.has(path.slice(0, at))) return false;
    }
    return true;
  });
}

function linesOf(shape: Shape, mask: Mask): Map<string, Line> {
  const lines = new Map<string, Line>();
  const walk = (one: Shape, path: string, place: string, isItem: boolean): void => {
    lines.set(path, { text: one.kind === 'leaf' ? inline(one, place, mask) : one.kind, isItem });
    if (one.kind === 'map') {
      for (const [key, inner] of one.entries) {
        walk(inner, joined(path, key), joined(place, key), false);
      }
    } else if (one.kind === 'list') {
      for (const [index, item] of one.items.entries()) {
        walk(item, `${path}[${index}]`, `${place}[]`, true);
      }
    } else if (one.kind === 'bag') bagLines(one.items, path, place);
  };
  /** An item without a place is named by what it is, the same ones by number. */
  const bagLines = (items: readonly Shape[], path: string, place: string): void => {
    for (const item of items) {
      const text = inline(item, `${place}[]`, mask);
      const name = `${path}[${text}]`;
      let free = name;
      for (let number = 2; lines.has(free); number++) free = `${name} (${number})`;
      lines.set(free, { text, isItem: true });
    }
  };
  walk(shape, '', '', false);
  return lines;
}

/** The whole on one line. */
function inline(shape: Shape, place: string, mask: Mask): string {
  if (shape.kind === 'leaf') return mask.has(place) ? '…' : shape.text;
  if (shape.kind === 'map') {
    const parts = [...shape.entries].map(
      ([key, inner]) => `${key}: ${inline(inner, joined(place, key), mask)}`,
    );
    return `{ ${parts.join(', ')} }`;
  }
  const items = shape.items.map((item) => inline(item, `${place}[]`, mask));
  return shape.kind === 'list' ? `[${items.join(', ')}]` : `Set{${items.sort().join(', ')}}`;
}

/** Told in comparison with a clean run. */
export function deviationText({ kind, path, wanted, found }: Difference): string {
  const name = shownPath(path);
  if (kind === 'missing') return `${name} is missing${told(wanted)}`;
  if (kind === 'extra') return `${name} is left over${told(found)}`;
  if (kind === 'item too many') return `${name} is one too many${told(found)}`;
  return `${name} is ${short(found)}, and ${short(wanted)} after one clean run`;
}

/** Told in comparison with what was there before. */
export function changeText({ kind, path, wanted, found }: Difference): string {
  const name = shownPath(path);
  if (kind === 'missing') return `${name} was removed${told(wanted)}`;
  if (kind === 'other') return `${name} was changed: ${short(wanted)} → ${short(found)}`;
  return `${name} was added${told(found)}`;
}

function shownPath(path: string): string {
  return path === '' ? 'what observe gives' : short(path);
}

const CONTAINERS: ReadonlySet<string> = new Set(['map', 'list', 'bag']);

function told(text: string): string {
  return CONTAINERS.has(text) ? '' : `: ${short(text)}`;
}

function short(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
