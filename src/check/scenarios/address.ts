// Which effect of a run is meant, so that it is found in other runs: its number is another one in each
// run of a program that does several things at once, and so is a name with random letters.
import { RuntwiceError } from '../../core/errors.ts';
import { sharedBy } from '../observers/files/noise.ts';
import type { Effect } from '../sandbox/effects.ts';

/** The nth effect of that name on a path like that. */
export interface Address {
  readonly name: string;
  /** A pattern: `*` stands for any letters of one name, `?` for one. */
  readonly path: string;
  /** From 1 on. */
  readonly nth: number;
}

/** The address of one of the effects; `others` are those of another first run. */
export function addressOf(
  effect: Effect,
  effects: readonly Effect[],
  others: readonly Effect[],
): Address {
  const path = patternOf(effect.path, effects, others);
  const isLike = matcher(path);
  const before = effects.slice(0, effects.indexOf(effect) + 1);
  const nth = before.filter(({ name, path }) => name === effect.name && isLike(path)).length;
  return { name: effect.name, path, nth };
}

/** What the path has in common with that of another run, where it is not the same in both. */
function patternOf(path: string, effects: readonly Effect[], others: readonly Effect[]): string {
  if (others.some((other) => other.path === path)) return literal(path);
  const known = new Set(effects.map((effect) => effect.path));
  const patterns = others.flatMap((other) => {
    const pattern = known.has(other.path) ? undefined : sharedPath(path, other.path);
    return pattern === undefined ? [] : [pattern];
  });
  const wide = (pattern: string) => pattern.split('*').length;
  return patterns.sort((left, right) => wide(left) - wide(right))[0] ?? literal(path);
}

/** Ids of a machine or of a process beside a random part may be the same in two runs, and others in a third. */
const IDS = /(?<=[._-])(?:[\da-f]*\d[\da-f]*[._-])+$/u;

function sharedPath(path: string, other: string): string | undefined {
  const [names, otherNames] = [path.split('/'), other.split('/')];
  if (names.length !== otherNames.length) return undefined;
  const shared = names.map((name, index) => sharedName(name, otherNames[index]));
  return shared.includes(undefined) ? undefined : shared.join('/');
}

function sharedName(name: string, other: string | undefined): string | undefined {
  if (name === other) return literal(name);
  const pattern = sharedBy(name, other);
  return pattern && `${literal(pattern.start.replace(IDS, ''))}*${literal(pattern.end)}`;
}

/** Names are bytes: each that is no ASCII may be any one, and what was no UTF-8 may be anything. */
export function literal(text: string): string {
  return text
    .replaceAll(/[*?[\]\\]/gu, '\\$&')
    .replaceAll(/[^\t -~]/gu, (sign) =>
      sign === '\u{FFFD}' ? '*' : '?'.repeat(Buffer.byteLength(sign)),
    );
}

function matcher(pattern: string): (path: string) => boolean {
  const source = pattern.replaceAll(/\\(.)|(\*)|(\?)|[.+^${}()|\\/]/gu, (all, sign, star, one) => {
    if (star) return '[^/]*';
    if (one) return '[^/]';
    return `\\${sign ?? all}`;
  });
  const form = new RegExp(`^${source}$`, 'su');
  return (path) => form.test(Buffer.from(path).toString('latin1'));
}

/** As it is typed: `write out/a.txt #2`. */
export function addressText({ name, path, nth }: Address, folder: string): string {
  const inside = `${literal(folder)}/`;
  const near = path.startsWith(inside) ? path.slice(inside.length) : path;
  return `${name} ${near}${nth === 1 ? '' : ` #${nth}`}`;
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where it is none. */
export function parseAddress(text: string, folder: string): Address {
  const [, name, path, nth = '1'] = /^([a-z]+) (.+?)(?: #([1-9]\d{0,8}))?$/su.exec(text) ?? [];
  if (name === undefined || path === undefined) {
    throw new RuntwiceError(
      'ERR_RUNTWICE_INVALID_ARGUMENT',
      `${JSON.stringify(text)} is no effect`,
      {
        fix: "Nothing was run. Give an effect as a report names it: 'write out/a.txt #2'.",
      },
    );
  }
  const isWhole = path.startsWith('/') || name === 'send';
  const typed = path.replaceAll(/[^\t -~]/gu, literal);
  return { name, path: isWhole ? typed : `${literal(folder)}/${typed}`, nth: Number(nth) };
}
