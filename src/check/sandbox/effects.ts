// What the helper tells of a command while it runs.

/** A system call that changes something that can be seen, or sends something. */
export interface Effect {
  /** `create`, `write`, `rename` …; `send` to a socket. */
  readonly name: string;
  readonly path: string;
  /** The second path of a rename or link. */
  readonly other: string;
}

export interface Told {
  /** In their order; their number is their place, from 1 on. The one that a run was killed before is among them. */
  readonly effects: readonly Effect[];
  /** Addresses that were connected to. */
  readonly connects: readonly string[];
  /** How each start of the command ended: its exit code, or 128 and the number of a signal. */
  readonly ends: readonly number[];
  /** Whether it was killed at the effect that was asked for. */
  readonly isKilled: boolean;
  /** Whether it left processes behind. */
  readonly isLeft: boolean;
  /** Whether what was to fail did. */
  readonly isFailed: boolean;
  /** Whether one of its programs could not be kept from the clock as it is. */
  readonly isClockKept: boolean;
}

/** Reads the helper's lines. */
export function toldBy(text: string): Told {
  const effects: Effect[] = [];
  const connects = new Set<string>();
  const ends: number[] = [];
  const said = new Set<string>();
  for (const line of text.split('\n')) {
    const [kind, name = '', path = '', other = ''] = line.split('\t').map(unescaped);
    if (kind === 'E') effects.push({ name, path, other });
    else if (kind === 'N') connects.add(path);
    else if (kind !== 'X') continue;
    else if (name !== 'exit' && name !== 'signal') said.add(name);
    else ends.push(Number(path) + (name === 'signal' ? 128 : 0));
  }
  // The last one to have started is told first.
  return {
    effects,
    connects: [...connects],
    ends: ends.reverse(),
    isKilled: said.has('killed'),
    isLeft: said.has('left'),
    isFailed: said.has('failed'),
    isClockKept: said.has('unmoved'),
  };
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\' };

function unescaped(field: string): string {
  return field.replace(/\\(.)/gu, (_, sign: string) => ESCAPES[sign] ?? sign);
}
