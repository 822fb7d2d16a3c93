// What is run: a tree, a first or a second run, and who takes part.
import { Stop } from '../lib/stop.ts';
import { type Exporter, type Lineup, OURS } from './contestants.ts';
import type { TreeName } from './trees.ts';

export interface Case {
  readonly name: string;
  readonly tree: TreeName;
  /** `first`: into a folder that is not there; `again`: everything is there already. */
  readonly run: 'first' | 'again';
  readonly rounds: number;
  /** Names of those who take part; a peer that is left out is too slow to be worth the wait. */
  readonly only?: readonly string[];
  readonly without?: readonly string[];
  /** Too slow to be run unless it is asked for. */
  readonly slow?: boolean;
}

const SLOW_SYNC = [OURS.file, 'rsync -a --fsync'];
const PLAIN_LARGE = ['cp -r', 'rsync -a', 'fs.cp', 'fs.cpSync', 'floor: temp + link'];

export const CASES: readonly Case[] = [
  { name: 'small-first', tree: 'small', run: 'first', rounds: 7, without: SLOW_SYNC },
  { name: 'small-again', tree: 'small', run: 'again', rounds: 11 },
  { name: 'flat-again', tree: 'flat', run: 'again', rounds: 7 },
  { name: 'flat-first', tree: 'flat', run: 'first', rounds: 5, without: SLOW_SYNC },
  { name: 'nested-again', tree: 'nested', run: 'again', rounds: 7 },
  { name: 'nested-first', tree: 'nested', run: 'first', rounds: 5, without: SLOW_SYNC },
  {
    name: 'durable-first',
    tree: 'durable',
    run: 'first',
    rounds: 5,
    only: [OURS.none, OURS.group, OURS.file, 'cp -r', 'rsync -a', 'rsync -a --fsync'],
  },
  {
    name: 'large-first',
    tree: 'large',
    run: 'first',
    rounds: 5,
    only: [OURS.none, OURS.group, ...PLAIN_LARGE],
  },
  {
    name: 'million-first',
    tree: 'million',
    run: 'first',
    rounds: 1,
    only: [OURS.none, OURS.group],
    slow: true,
  },
  {
    name: 'million-again',
    tree: 'million',
    run: 'again',
    rounds: 1,
    only: [OURS.name, OURS.auto],
    slow: true,
  },
];

/** `names` are of cases or of trees; without any, all but the slow ones. */
export function chooseCases(names: readonly string[] | undefined, slow: boolean): Case[] {
  if (names === undefined) return CASES.filter((one) => slow || !one.slow);
  const known = new Set<string>(CASES.flatMap(({ name, tree }) => [name, tree]));
  const wrong = names.find((name) => !known.has(name));
  if (wrong !== undefined) {
    throw new Stop(`no case ${wrong}; there are: ${CASES.map(({ name }) => name).join(', ')}`, 2);
  }
  return CASES.filter(
    ({ name, tree }) =>
      names.includes(name) || names.includes(tree) || (slow && tree === 'million'),
  );
}

/** `peers`: parts of the names of the peers wanted; ours and the floors always take part. */
export function takingPart(
  { run, only, without = [] }: Case,
  lineup: Lineup,
  peers: readonly string[] | undefined,
): Exporter[] {
  return lineup[run].filter(
    ({ name, role }) =>
      (only?.includes(name) ?? true) &&
      !without.includes(name) &&
      (role !== 'peer' || (peers?.some((part) => name.includes(part)) ?? true)),
  );
}
