import { setTimeout as delay } from 'node:timers/promises';
import { replayOf } from '../replay.ts';
import type { Finding, ScenarioReport } from '../report.ts';
import { GAP_MS, runIn, type State, type Trial } from '../trial.ts';
import { effectText } from '../words.ts';
import { addressOf, addressText } from './address.ts';
import { aftermathOf, type Sample, worstOf } from './aftermath.ts';
import { type Moment, momentsOf, type Point } from './points.ts';

export interface InterruptedOptions {
  /** No further kill is begun after so long. */
  readonly budgetMs: number;
  /** Only there. */
  readonly point: Point | undefined;
  /** Told after each kill. */
  onPoint?(tried: number, found: number): void;
}

export interface Interrupted {
  readonly report: ScenarioReport;
  readonly points: Sample;
}

/** Killed at each effect, then run again to the end, and compared with a clean run. */
export async function interrupted(trial: Trial, options: InterruptedOptions): Promise<Interrupted> {
  const { effects } = trial.first.run;
  const all = momentsOf(effects, trial.folder);
  const wanted = options.point === undefined ? all : [options.point];
  const endAt = performance.now() + options.budgetMs;
  const findings: Finding[] = [];
  for (const moment of wanted) {
    if (findings.length > 0 && performance.now() > endAt) break;
    const finding = await kill(trial, 'text' in moment ? moment : pointAt(trial, moment));
    if (finding !== undefined) findings.push(finding);
    options.onPoint?.(findings.length, wanted.length);
  }
  const points = { found: all.length, tried: findings.length };
  return { report: worstOf('interrupted', findings, points, 'moment'), points };
}

/** Undefined where the command was at its end before. */
async function kill(trial: Trial, point: Point): Promise<Finding | undefined> {
  const place = await trial.world.make();
  try {
    const killed = await runIn(trial, place, { kill: point });
    if (!killed.run.isKilled) return undefined;
    // What is named by the second is made once more only in another one.
    const isDone = killed.run.effects.length >= trial.first.run.effects.length;
    if (isDone && trial.noise.names.size > 0) await delay(GAP_MS);
    const again = await runIn(trial, place);
    return findingOf(trial, point, killed, again);
  } finally {
    await trial.world.drop(place);
  }
}

function findingOf(trial: Trial, point: Point, killed: State, again: State): Finding {
  const at = point.when === 'before' && killed.run.effects.at(-1);
  return {
    ...aftermathOf(trial, killed, again),
    what: `killed ${point.when} ${at ? effectText(at, trial.folder) : point.text}`,
    replay: replayOf(trial, `--kill-${point.when}`, addressText(point, trial.folder)),
  };
}

/** Where the moment of the first run is in any run. */
function pointAt({ first, control, folder }: Trial, { effect, when }: Moment): Point {
  const address = addressOf(effect, first.run.effects, control.run.effects);
  return { ...address, when, text: effectText(effect, folder) };
}
