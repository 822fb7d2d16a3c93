// Kills by the clock, where the effects of a command are not seen.
import { replayOf } from '../replay.ts';
import { type Finding, scenarioReport } from '../report.ts';
import { runIn, type Trial } from '../trial.ts';
import { aftermathOf, worstOf } from './aftermath.ts';
import type { Interrupted, InterruptedOptions } from './interrupted.ts';
import { spread } from './points.ts';

/** So many moments there are, as far from one another. */
const MOMENTS = 10;

/** Killed at parts of the time that it takes, then run again to the end, and compared with a clean run. */
export async function interruptedByTime(
  trial: Trial,
  { budgetMs, point, onPoint }: InterruptedOptions,
): Promise<Interrupted> {
  const points = { found: MOMENTS, tried: 0 };
  if (point !== undefined) {
    const why = 'no effect is seen here, so none can be killed at';
    return { report: scenarioReport('interrupted', 'inconclusive', why), points };
  }
  const endAt = performance.now() + budgetMs;
  const findings: Finding[] = [];
  for (const number of spread(Array.from({ length: MOMENTS }, (_, index) => index))) {
    if (findings.length > 0 && performance.now() > endAt) break;
    const part = (number + 0.5) / MOMENTS;
    const finding = await kill(trial, Math.round(trial.first.run.elapsedMs * part));
    if (finding !== undefined) findings.push(finding);
    onPoint?.(findings.length, MOMENTS);
  }
  points.tried = findings.length;
  return { report: worstOf('interrupted', findings, points, 'moment'), points };
}

/** Undefined where the command was at its end before. */
async function kill(trial: Trial, ms: number): Promise<Finding | undefined> {
  const place = await trial.world.make();
  try {
    const killed = await runIn(trial, place, { killAfterMs: ms });
    if (!killed.run.isKilled) return undefined;
    const again = await runIn(trial, place);
    return {
      ...aftermathOf(trial, killed, again),
      what: `killed after ${ms} ms`,
      replay: replayOf(trial, '--only', 'interrupted'),
    };
  } finally {
    await trial.world.drop(place);
  }
}
