// What differs between two first runs from the same beginning differs by itself: random names, times in
// files. It is only left out where runs of different beginnings are compared, never between a first run
// and a second: a program that makes a new key each time would else be taken for safe.
import { isSame } from './changes.ts';
import { classOf } from './classes.ts';
import type { Entry, Manifest } from './manifest.ts';

/** Part of a name that is another each time, such as a date or random letters. */
export interface Pattern {
  readonly start: string;
  readonly end: string;
}

/** What two first runs made otherwise. */
export interface Noise {
  /**
   * Paths, in their general form, whose content differs by itself, and by how much there may be more or
   * less in them: it may be another each time, and still be half of it, or twice.
   */
  readonly contents: ReadonlyMap<string, number>;
  /** By folder, in its general form. */
  readonly names: ReadonlyMap<string, readonly Pattern[]>;
}

export function noiseOf(one: Manifest, other: Manifest): Noise {
  const names = new Map<string, Pattern[]>();
  // A folder with a random name is known before what is in it.
  for (;;) {
    const found = newPatterns(generalized(one, names), generalized(other, names));
    if (found.length === 0) break;
    for (const [folder, pattern] of found) {
      names.set(folder, [...(names.get(folder) ?? []), pattern]);
    }
  }
  const [left, right] = [generalized(one, names), generalized(other, names)];
  const contents = new Map<string, number>();
  for (const [path, entry] of left) {
    const same = right.get(path);
    if (same !== undefined && !isSame(entry, same)) contents.set(path, slackOf(entry, same));
  }
  return { contents, names };
}

function slackOf(one: Entry, other: Entry): number {
  const [left, right] = [amountOf(one), amountOf(other)];
  const spread = Math.abs(left.number - right.number);
  if (left.isCounted && right.isCounted) return spread;
  // Bytes vary a little: a number with a digit more, a key that begins with a zero.
  return Math.max(4 + Math.max(left.number, right.number) / 10, 2 * spread);
}

/** The rows or commits, where they are counted; else bytes. */
function amountOf({ kind, content, size }: Entry): { number: number; isCounted: boolean } {
  const counted = /^amount (\d+)/u.exec(content)?.[1];
  return { number: Number(counted ?? size), isCounted: kind === 'table' || counted !== undefined };
}

/** Whether it differs no more than first runs do. */
function isAlike(slack: number | undefined, wanted: Entry, found: Entry): boolean {
  if (slack === undefined) return false;
  return Math.abs(amountOf(found).number - amountOf(wanted).number) <= slack;
}

/** The manifest with patterns in place of names; what gets the same form is numbered. */
export function generalized(manifest: Manifest, names: Noise['names']): Manifest {
  if (names.size === 0) return manifest;
  const general = new Map<string, Entry>();
  for (const [path, entry] of [...manifest].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const form = formOf(path, names);
    let free = form;
    for (let number = 2; general.has(free); number++) free = `${form} (${number})`;
    general.set(free, entry);
  }
  return general;
}

function formOf(path: string, names: Noise['names']): string {
  let form = '';
  for (const [index, name] of path.split('/').entries()) {
    const pattern = names.get(form)?.find((one) => matches(name, one));
    const own = pattern === undefined ? name : `${pattern.start}*${pattern.end}`;
    form = index === 0 ? own : `${form}/${own}`;
  }
  return form;
}

function matches(name: string, { start, end }: Pattern): boolean {
  return name.length > start.length + end.length && name.startsWith(start) && name.endsWith(end);
}

/** Names that only one of both has, in pairs: what they share is the pattern. */
function newPatterns(one: Manifest, other: Manifest): [folder: string, Pattern][] {
  const [left, right] = [onlyIn(one, other), onlyIn(other, one)];
  const patterns: [string, Pattern][] = [];
  for (const [folder, names] of left) {
    const others = right.get(folder) ?? [];
    for (const [index, name] of names.entries()) {
      const pattern = sharedBy(name, others[index]);
      if (pattern !== undefined) patterns.push([folder, pattern]);
    }
  }
  return patterns;
}

/** The names by folder, but for those inside of a folder that the other lacks, too. */
function onlyIn(manifest: Manifest, other: Manifest): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const path of [...manifest.keys()].sort()) {
    const at = path.lastIndexOf('/');
    const folder = at < 0 ? '' : path.slice(0, at);
    if (other.has(path) || (manifest.has(folder) && !other.has(folder))) continue;
    names.set(folder, [...(names.get(folder) ?? []), path.slice(at + 1)]);
  }
  return names;
}

/** What differs has to look random or counted: letters and digits, about as many. */
export function sharedBy(name: string, other: string | undefined): Pattern | undefined {
  if (other === undefined) return undefined;
  let start = 0;
  while (start < name.length && name[start] === other[start]) start += 1;
  let end = 0;
  const most = Math.min(name.length, other.length) - start;
  while (end < most && name.at(-1 - end) === other.at(-1 - end)) end += 1;
  const middles = [name.slice(start, name.length - end), other.slice(start, other.length - end)];
  if (!middles.every((middle) => /^[\w.:+-]+$/u.test(middle))) return undefined;
  const isRandom = middles.every((middle) => middle.length >= RANDOM_LENGTH);
  // A minute later other digits of a time differ, too.
  const isTime = !isRandom && middles.every((middle) => /^\d+$/u.test(middle));
  const [before, after] = isRandom ? BESIDE_RANDOM : isTime ? BESIDE_TIME : [];
  return {
    start: name.slice(0, start).replace(before ?? '', ''),
    end: name.slice(-end || name.length).replace(after ?? '', ''),
  };
}

const BESIDE_RANDOM = [/[\dA-Za-z]{1,2}$/u, /^[\dA-Za-z]{1,2}/u] as const;
const BESIDE_TIME = [/\d[\d:_T-]*$/u, /^[\d:_T-]*\d/u] as const;

/** From so many letters on, random parts may begin or end alike by chance. */
const RANDOM_LENGTH = 4;

export interface Counts {
  readonly wanted: number;
  readonly found: number;
  readonly areBytes: boolean;
}

/** How a run's result differs from that of a clean one, but for what differs by itself. */
export interface Deviation {
  readonly missing: readonly string[];
  readonly other: readonly string[];
  readonly extra: readonly string[];
  /** Of those that differ in size: how many rows, or what is counted there, or bytes were wanted, and found. */
  readonly counts?: ReadonlyMap<string, Counts>;
  /** Of small text files among those: the whole content. */
  readonly texts?: ReadonlyMap<string, Texts>;
}

export interface Texts {
  readonly wanted: string;
  readonly found: string;
}

export function deviationOf(clean: Manifest, result: Manifest, noise: Noise): Deviation {
  const [wanted, found] = [generalized(clean, noise.names), generalized(result, noise.names)];
  const counts = (path: string) => classOf(path, wanted.get(path), found.get(path)) === undefined;
  const missing = [...wanted.keys()].filter((path) => !found.has(path) && counts(path));
  const extra = [...found.keys()].filter((path) => !wanted.has(path) && counts(path));
  const other = [...wanted].flatMap(([path, entry]) => {
    const same = found.get(path);
    const slack = noise.contents.get(path);
    const isRight = (one: Entry) => isSame(entry, one) || isAlike(slack, entry, one);
    if (same === undefined || isRight(same) || !counts(path)) return [];
    // Of several with names alike, one may be what is wanted, and this one is left over.
    return namesakes(path, wanted, found).some(isRight) ? [] : [path];
  });
  const [numbers, texts] = [countsOf(other, wanted, found), textsOf(other, wanted, found)];
  return { missing, other, extra, counts: numbers, texts };
}

function textsOf(paths: readonly string[], wanted: Manifest, found: Manifest): Map<string, Texts> {
  const texts = new Map<string, Texts>();
  for (const path of paths) {
    const [was, is] = [wanted.get(path)?.text, found.get(path)?.text];
    if (was !== undefined && is !== undefined) texts.set(path, { wanted: was, found: is });
  }
  return texts;
}

function countsOf(paths: readonly string[], wanted: Manifest, found: Manifest) {
  const counts = new Map<string, Counts>();
  for (const path of paths) {
    const [was, is] = [wanted.get(path), found.get(path)].map((entry) => entry && amountOf(entry));
    if (was === undefined || is === undefined || was.number === is.number) continue;
    const areBytes = !was.isCounted || !is.isCounted;
    counts.set(path, { wanted: was.number, found: is.number, areBytes });
  }
  return counts;
}

/** What got the same form as a path, beyond what is wanted of that. */
function namesakes(path: string, wanted: Manifest, found: Manifest): Entry[] {
  const entries: Entry[] = [];
  for (let number = 2; ; number++) {
    const name = `${path} (${number})`;
    const entry = found.get(name);
    if (entry === undefined) return entries;
    if (!wanted.has(name)) entries.push(entry);
  }
}

export function isNone({ missing, other, extra }: Deviation): boolean {
  return missing.length + other.length + extra.length === 0;
}
