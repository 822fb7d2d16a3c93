// What was sent more often than it should, or less.
import { count } from '../../words.ts';
import { contentsOf, NO_NOISE, nameOf, type SentNoise } from './noise.ts';
import type { Sent } from './sent.ts';

/** In words: what there is more of than wanted, or less, or with something else in it. */
export interface Repeats {
  readonly more: readonly string[];
  readonly fewer: readonly string[];
  readonly other: readonly string[];
}

export function repeatsOf(
  wanted: readonly Sent[],
  found: readonly Sent[],
  noise: SentNoise = NO_NOISE,
): Repeats {
  const [before, after] = [effectsOf(wanted, noise), effectsOf(found, noise)];
  const [held, holds] = [contentsOf(wanted, noise), contentsOf(found, noise)];
  const [more, fewer, other]: [string[], string[], string[]] = [[], [], []];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [want, have] = [before.get(name) ?? 0, after.get(name) ?? 0];
    const marks = markText(found.filter((sent) => nameOf(sent, noise) === name));
    const text = `${count(have, 'time')} ${name}, ${want} in a clean run${marks}`;
    if (have > want) more.push(text);
    else if (have < want) fewer.push(text);
    else if (!noise.contents.has(name) && held.get(name) !== holds.get(name)) {
      other.push(`${name} holds something else than in a clean run`);
    }
  }
  return { more, fewer, other };
}

/** How often each effect was asked for: with a mark that is heeded, the same again is the same effect. */
function effectsOf(sent: readonly Sent[], noise: SentNoise): Map<string, number> {
  const effects = new Map<string, number>();
  const known = new Set<string>();
  for (const one of sent) {
    const name = nameOf(one, noise);
    const { value, isHeeded } = one.mark;
    const marked = `${name} ${value}`;
    const isNew = !isHeeded || value === undefined || !known.has(marked);
    known.add(marked);
    effects.set(name, (effects.get(name) ?? 0) + Number(isNew));
  }
  return effects;
}

function markText(sent: readonly Sent[]): string {
  const [mark] = sent.map((one) => one.mark);
  if (mark === undefined) return '';
  const values = sent.map((one) => one.mark.value);
  if (mark.isHeeded) {
    return values.includes(undefined)
      ? `; without an ${mark.name}`
      : `; each with another ${mark.name}`;
  }
  const isSame = sent.length > 1 && !values.includes(undefined) && new Set(values).size === 1;
  return isSame ? `; each with the same ${mark.name}, and delivered all the same` : '';
}
