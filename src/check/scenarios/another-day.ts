import { type Change, counted } from '../observers/files/changes.ts';
import { replayOf } from '../replay.ts';
import {
  type Advice,
  type Finding,
  GRADES,
  type ScenarioReport,
  scenarioReport,
} from '../report.ts';
import { isWell, runIn, type State, type Trial } from '../trial.ts';
import { changesText, endText, pathsOf, shown } from '../words.ts';
import { type Rerun, rerunOf, summaryOf } from './rerun.ts';

const DAY_MS = 86_400_000;

const ADVICE: Advice = {
  why: 'the date is part of what it makes, so that each day has its own.',
  fix: 'give the date from outside, as an argument, or look for what is there under any date.',
};

/** Run once, and then once more in the same place with its clock a day ahead. */
export async function anotherDay(trial: Trial): Promise<ScenarioReport> {
  if (trial.sandbox.launcher.kind === 'timed') return unknown('no clock can be moved here');
  const place = await trial.world.make();
  try {
    const first = await runIn(trial, place);
    if (!isWell(first)) return unknown(`the first run failed here: ${endText(first.run)}`);
    const next = await runIn(trial, place, { clockAheadMs: DAY_MS });
    if (next.run.isClockKept) return unknown('one of its programs keeps its own clock');
    // It may wait for a timer of the kernel, whose clock nobody moves.
    if (next.run.isTimedOut) return unknown('it did not end in time with its clock a day ahead');
    const rerun = rerunOf(first, next, next);
    if (counted(rerun.changes).length === 0) return reportOf(trial, next, rerun);
    const third = await runIn(trial, place, { clockAheadMs: 2 * DAY_MS });
    return reportOf(trial, next, rerunOf(first, next, third));
  } finally {
    await trial.world.drop(place);
  }
}

function unknown(why: string): ScenarioReport {
  return scenarioReport('another day', 'inconclusive', why);
}

function reportOf(trial: Trial, next: State, { answer, changes, more }: Rerun): ScenarioReport {
  const sameDay = rerunOf(trial.first, trial.second, trial.third);
  // What changes on the same day, too, says nothing about the date.
  const isByDate = GRADES[sameDay.answer] !== 'unsafe';
  const summary = `${summaryOf(changes)}; a day later: ${endText(next.run)}`;
  if (GRADES[answer] !== 'unsafe') return scenarioReport('another day', answer, summary);
  const grave = counted(changes);
  const finding: Finding = {
    answer,
    what: isByDate ? `a day later it ${deedOf(grave)}` : 'run again a day later',
    next: endText(next.run),
    ...pathsOf(more, changesText(grave)),
    replay: replayOf(trial, '--only', 'another-day'),
    ...(isByDate && { advice: ADVICE }),
  };
  const rest = isByDate ? '' : ', as on the same day';
  return scenarioReport('another day', answer, `${summary}${rest}`, [finding]);
}

const DEEDS = {
  created: 'makes another file',
  changed: 'changes what is there',
  removed: 'removes what is there',
} as const;

/** The first thing that it did, the most telling kind first. */
function deedOf(changes: readonly Change[]): string {
  for (const kind of ['created', 'changed', 'removed'] as const) {
    const change = changes.find((one) => one.kind === kind);
    if (change !== undefined) return `${DEEDS[kind]}: ${shown(change.path)}`;
  }
  return 'sends again';
}
