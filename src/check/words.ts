// How findings are put into words.
import { linesThatDiffer } from './lines.ts';
import { databaseAt } from './observers/database/ports.ts';
import type { Change } from './observers/files/changes.ts';
import type { Entry } from './observers/files/manifest.ts';
import type { Deviation } from './observers/files/noise.ts';
import { PROXY } from './observers/http/proxy.ts';
import { MAIL } from './observers/mail/ports.ts';
import { type Finding, MOST_PATHS } from './report.ts';
import type { Effect } from './sandbox/effects.ts';
import type { Run } from './sandbox/sandbox.ts';

/** A path as people read it: names are bytes. */
export function shown(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** A path with what is wrong, and the lines that differ where it is a text file. */
export interface PathText {
  readonly text: string;
  readonly lines: readonly string[];
}

/** Those of a finding, after what has no lines. */
export function pathsOf(
  others: readonly string[],
  paths: readonly PathText[],
): Pick<Finding, 'paths' | 'diffs'> {
  const diffs = paths
    .map(({ lines }, index) => ({ path: others.length + index, lines }))
    .filter(({ path, lines }) => path < MOST_PATHS && lines.length > 0);
  const all = [...others, ...paths.map(({ text }) => text)];
  return { paths: all, ...(diffs.length > 0 && { diffs }) };
}

export function changesText(changes: readonly Change[]): PathText[] {
  return changes.map(({ path, kind, before, after }) => {
    const isBoth = before !== undefined && after !== undefined;
    const what = kind === 'changed' && isBoth ? differenceText(before, after) : '';
    return { text: `${shown(path)} was ${kind}${what}`, lines: linesOf(before?.text, after?.text) };
  });
}

/** None where one of them is no text. */
function linesOf(wanted: string | undefined, found: string | undefined): string[] {
  return wanted === undefined || found === undefined ? [] : linesThatDiffer(wanted, found);
}

/** `2 files`, `1 table`. */
export function countsByNoun(changes: readonly Change[]): string[] {
  const counts = new Map<string, number>();
  for (const { before, after } of changes) {
    const noun = NOUNS[(after ?? before)?.kind ?? 'file'];
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  return [...counts].map(([noun, number]) => count(number, noun));
}

const NOUNS: Readonly<Record<Entry['kind'], string>> = {
  file: 'file',
  folder: 'file',
  link: 'file',
  special: 'file',
  table: 'table',
  definition: 'view or routine',
  key: 'key',
};

/** How one entry became another: ` (1 row inserted)`. */
function differenceText(before: Entry, after: Entry): string {
  if (after.kind === 'definition') return '';
  if (after.kind === 'key' && before.size === after.size) return '';
  if (before.kind === 'table' && after.kind === 'table') return ` (${tableText(before, after)})`;
  const unit = after.content.startsWith('amount ') && after.kind === 'key' ? 'elements' : 'bytes';
  return ` (${before.size} → ${after.size} ${unit})`;
}

function tableText(before: Entry, after: Entry): string {
  const [was, is] = [before.rows, after.rows];
  const isSameForm = before.content.split(' ', 1)[0] === after.content.split(' ', 1)[0];
  const parts = isSameForm ? [] : ['its form'];
  if (was === undefined || is === undefined) {
    return [...parts, `${before.size} → ${after.size} rows`].join(', ');
  }
  const inserted = [...is.keys()].filter((row) => !was.has(row)).length;
  const changed = [...is].filter(([row, hash]) => was.has(row) && was.get(row) !== hash).length;
  const deleted = [...was.keys()].filter((row) => !is.has(row)).length;
  if (inserted > 0) parts.push(`${count(inserted, 'row')} inserted`);
  if (changed > 0) parts.push(`${count(changed, 'row')} changed`);
  if (deleted > 0) parts.push(`${count(deleted, 'row')} deleted`);
  return parts.join(', ');
}

export function deviationText({ missing, other, extra, counts, texts }: Deviation): PathText[] {
  const numbers = (path: string) => {
    const one = counts?.get(path);
    return one === undefined
      ? ''
      : ` (${one.areBytes ? count(one.found, 'byte') : one.found} instead of ${one.wanted})`;
  };
  const plain = (paths: readonly string[], what: string) =>
    paths.map((path) => ({ text: `${shown(path)} ${what}`, lines: [] }));
  return [
    ...plain(missing, 'is missing'),
    ...other.map((path) => ({
      text: `${shown(path)} differs from that of a clean run${numbers(path)}`,
      lines: linesOf(texts?.get(path)?.wanted, texts?.get(path)?.found),
    })),
    ...plain(extra, 'is left over'),
  ];
}

export function effectText({ name, path, other }: Effect, folder: string): string {
  if (name === 'send' && path === PROXY) return 'sending a request';
  if (name === 'send' && MAIL.has(path)) return 'talking to the mail server';
  const database = databaseAt(path);
  if (name === 'send' && database !== undefined) return `talking to ${database}`;
  const near = (text: string) =>
    text.startsWith(`${folder}/`) ? text.slice(folder.length + 1) : text;
  return other === '' ? `${name} ${near(path)}` : `${name} ${near(path)} → ${near(other)}`;
}

/** How a run ended, and the first thing it said. */
export function endText(run: Run, index = 0): string {
  if (run.isTimedOut) return 'it did not end in time';
  const said = firstLine(run.stdout) ?? firstLine(run.stderr);
  // Its tracer is one of the processes that it can reach.
  const exit =
    run.ends.length === 0
      ? 'what watches it was ended, by it or from outside'
      : `exit ${run.ends[index]}`;
  return said === undefined ? exit : `${exit}, it said ${JSON.stringify(said)}`;
}

function firstLine(text: string): string | undefined {
  const line = text.split('\n').find((one) => one.trim() !== '');
  return line === undefined || line.length <= 100 ? line : `${line.slice(0, 99)}…`;
}

/** `1 run`, `2 runs`. */
export function count(number: number, one: string): string {
  return `${number} ${one}${number === 1 ? '' : 's'}`;
}
