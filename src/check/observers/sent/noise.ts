// What two first runs send otherwise is another each time by itself: a date in a subject, a random path.
import type { Sent } from './sent.ts';

/** What is left out where runs of different beginnings are compared. */
export interface SentNoise {
  /** By kind, which of its names are alike in two first runs. */
  readonly levels: ReadonlyMap<string, number>;
  /** Names of which the content differs by itself. */
  readonly contents: ReadonlySet<string>;
}

export const NO_NOISE: SentNoise = { levels: new Map(), contents: new Set() };

export function sentNoiseOf(one: readonly Sent[], other: readonly Sent[]): SentNoise {
  const levels = new Map<string, number>();
  for (const kind of new Set(one.map(kindOf))) {
    const of = (all: readonly Sent[]) => all.filter((sent) => kindOf(sent) === kind);
    const isAlike = (level: number) =>
      sorted(of(one), (sent) => nameAt(sent, level)) ===
      sorted(of(other), (sent) => nameAt(sent, level));
    const most = Math.max(...of(one).map(({ names }) => names.length - 1));
    const level = Array.from({ length: most }, (_, index) => index).find(isAlike) ?? most;
    if (level > 0) levels.set(kind, level);
  }
  const named = { levels, contents: new Set<string>() };
  const [left, right] = [contentsOf(one, named), contentsOf(other, named)];
  const contents = [...left].filter(([name, hashes]) => right.get(name) !== hashes);
  return { levels, contents: new Set(contents.map(([name]) => name)) };
}

/** What it is called where that noise is left out. */
export function nameOf(sent: Sent, { levels }: SentNoise): string {
  return nameAt(sent, levels.get(kindOf(sent)) ?? 0);
}

/** What was in all that has a name, in one text, where that is compared. */
export function contentsOf(sent: readonly Sent[], noise: SentNoise): Map<string, string> {
  const compared = sent.filter(({ content }) => content !== undefined);
  const groups = Map.groupBy(compared, (one) => nameOf(one, noise));
  return new Map(
    [...groups].map(([name, all]) => [name, sorted(all, ({ content = '' }) => content)]),
  );
}

function kindOf({ names }: Sent): string {
  return names.at(-1) ?? names[0];
}

function nameAt({ names }: Sent, level: number): string {
  return names[level] ?? names.at(-1) ?? names[0];
}

function sorted(sent: readonly Sent[], text: (sent: Sent) => string): string {
  return sent.map(text).sort().join('\n');
}
