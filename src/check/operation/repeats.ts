// What happened more or less often than in one clean run, by the calls that were passed on.
import type { Made } from './run.ts';

export interface CallCounts {
  readonly more: readonly string[];
  readonly fewer: readonly string[];
}

/**
 * The calls that are to happen once; those with a key count once for each key, and those that are
 * `varying` by their name.
 */
export function onceCounts(
  clean: readonly Made[],
  all: readonly Made[],
  varying: ReadonlySet<string>,
): CallCounts {
  const once = (calls: readonly Made[]) =>
    calls
      .filter((call) => call.once === true)
      .map((call) => (varying.has(nameOf(call)) ? { ...call, text: nameOf(call) } : call));
  return compared(countsOf(once(clean)), countsOf(once(all)));
}

/** The names of calls that two first runs make with other arguments. */
export function varyingCalls(one: readonly Made[], other: readonly Made[]): ReadonlySet<string> {
  const [left, right] = [one, other].map((calls) => new Set(calls.map(({ text }) => text)));
  const single = [...one, ...other].filter(({ text }) => !(left?.has(text) && right?.has(text)));
  return new Set(single.map(nameOf));
}

/** `charge('o1')` → `charge`. */
function nameOf({ text }: Made): string {
  return text.replace(/ ?\(.*$/su, '');
}

/** Calls of these that were made more often than in a clean run. */
export function repeatsOf(
  clean: readonly Made[],
  all: readonly Made[],
  acting: ReadonlySet<string>,
): readonly string[] {
  const isActing = ({ text }: Made) => acting.has(text);
  return compared(countsOf(clean.filter(isActing)), countsOf(all.filter(isActing))).more;
}

function compared(wanted: Map<string, number>, found: Map<string, number>): CallCounts {
  const more: string[] = [];
  const fewer: string[] = [];
  for (const text of new Set([...wanted.keys(), ...found.keys()])) {
    const [before, now] = [wanted.get(text) ?? 0, found.get(text) ?? 0];
    const words = `${text} happened ${times(now)}, and ${times(before)} in one clean run`;
    if (now > before) more.push(words);
    if (now < before) fewer.push(words);
  }
  return { more, fewer };
}

function countsOf(calls: readonly Made[]): Map<string, number> {
  const counts = new Map<string, number>();
  const keys = new Set<string>();
  for (const { text, key, isDone } of calls) {
    const known = JSON.stringify([text, key]);
    if (!isDone || (key !== undefined && keys.has(known))) continue;
    keys.add(known);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function times(number: number): string {
  if (number === 0) return 'never';
  return number === 1 ? 'once' : `${number} times`;
}
