// What is to be reached, always as a ratio within one run (memory: in bytes).
import { type Metric, ratios, type Spread, spread, valuesOf } from '../lib/stats.ts';
import { OURS } from './contestants.ts';
import type { CaseResult } from './run-case.ts';

export interface Target {
  readonly case: string;
  readonly metric: Metric;
  readonly ours: string;
  /** Undefined: the target is the value itself. */
  readonly peer?: string;
  readonly most: number;
}

export interface Outcome extends Target {
  /** Of the ratios round by round; for memory the largest of all counts. */
  readonly reached: Spread | undefined;
  readonly ok: boolean | undefined;
}

const again = ['flat-again', 'nested-again'];
const first = ['flat-first', 'nested-first'];
const MB = 1e6;

export const TARGETS: readonly Target[] = [
  ...again.flatMap((name) => [
    ratio(name, 'cpu', OURS.name, 'cp -rn', 0.65),
    ratio(name, 'cpu', OURS.name, 'rsync --ignore-existing', 0.55),
    ratio(name, 'wall', OURS.auto, 'rsync -a', 1.1),
  ]),
  ...first.flatMap((name) => [
    ratio(name, 'cpu', OURS.none, 'cp -r', 1.15),
    ratio(name, 'cpu', OURS.none, 'rsync -a', 0.8),
    ratio(name, 'cpu', OURS.none, 'fs.cp', 0.3),
    ratio(name, 'cpu', OURS.none, 'fs-extra', 0.5),
  ]),
  ratio('durable-first', 'wall', OURS.group, OURS.none, 1.5),
  ...first.map((name) => ratio(name, 'wall', OURS.group, OURS.none, 1.5)),
  ratio('durable-first', 'wall', OURS.group, OURS.file, 0.4),
  ratio('large-first', 'wall', OURS.none, 'cp -r', 1.05),
  ...again.flatMap((name) => [memory(name, OURS.name, 100), memory(name, OURS.auto, 100)]),
  ...first.flatMap((name) => [memory(name, OURS.none, 100), memory(name, OURS.group, 100)]),
  memory('million-first', OURS.none, 400),
  memory('million-first', OURS.group, 400),
  memory('million-again', OURS.name, 400),
  memory('million-again', OURS.auto, 400),
];

/** Those of the cases that were run. */
export function outcomes(results: readonly CaseResult[]): Outcome[] {
  return TARGETS.flatMap((target) => {
    const result = results.find(({ plan }) => plan.name === target.case);
    return result === undefined ? [] : [outcome(target, result)];
  });
}

function outcome(target: Target, { rows }: CaseResult): Outcome {
  const row = (name: string) => rows.find(({ contestant }) => contestant.name === name);
  const ours = row(target.ours);
  const peer = target.peer === undefined ? undefined : row(target.peer);
  let reached: Spread | undefined;
  if (ours && target.peer === undefined) reached = spread(valuesOf(ours, target.metric));
  else if (ours && peer) reached = ratios(ours, peer, target.metric);
  const value = target.metric === 'memory' ? reached?.max : reached?.median;
  return { ...target, reached, ok: value === undefined ? undefined : value <= target.most };
}

function ratio(name: string, metric: Metric, ours: string, peer: string, most: number): Target {
  return { case: name, metric, ours, peer, most };
}

function memory(name: string, ours: string, most: number): Target {
  return { case: name, metric: 'memory', ours, most: most * MB };
}
