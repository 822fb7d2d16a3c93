import { type Deviation, deviationOf, isNone } from '../observers/files/noise.ts';
import { repeatsOf } from '../observers/sent/repeats.ts';
import { replayOf } from '../replay.ts';
import { type Answer, type Finding, type ScenarioReport, scenarioReport } from '../report.ts';
import { isWell, runIn, type State, type Trial } from '../trial.ts';
import { count, deviationText, endText, pathsOf } from '../words.ts';

/** When the second one starts, in parts of how long one runs. */
const OFFSETS = [0, 0.3, 0.7];

/** Two at once in the same place, compared with one alone, or with one after the other. */
export async function together(trial: Trial): Promise<ScenarioReport> {
  const findings: Finding[] = [];
  for (const part of OFFSETS) {
    const ms = Math.round(trial.first.run.elapsedMs * part);
    const place = await trial.world.make();
    const state = await runIn(trial, place, { againAfterMs: ms });
    await trial.world.drop(place);
    findings.push(findingOf(trial, state, ms));
  }
  const worst = (['both failed', 'differs', 'one refused', 'same'] as const).find((answer) =>
    findings.some((finding) => finding.answer === answer),
  );
  const answer = worst ?? 'inconclusive';
  const bad = findings.filter((finding) => finding.answer === answer);
  const summary = `${bad.length} of ${count(findings.length, 'start')} of two at once`;
  return scenarioReport('together', answer, summary, answer === 'same' ? [] : bad.slice(0, 1));
}

function findingOf(trial: Trial, state: State, ms: number): Finding {
  const { first, second, noise, sentNoise } = trial;
  const alone = deviationOf(first.files, state.files, noise);
  const { more } = repeatsOf([...first.run.sent, ...second.run.sent], state.run.sent, sentNoise);
  const isSame =
    more.length === 0 && (isNone(alone) || isNone(deviationOf(second.files, state.files, noise)));
  return {
    answer: answerOf(state, alone, isSame),
    what: ms === 0 ? 'two started at once' : `the second one started after ${ms} ms`,
    next: state.run.ends.map((_, index) => endText(state.run, index)).join('; '),
    ...(isSame ? { paths: [] } : pathsOf(more, deviationText(alone))),
    replay: replayOf(trial, '--only', 'together'),
  };
}

function answerOf(state: State, alone: Deviation, isSame: boolean): Answer {
  if (!isSame) return 'differs';
  if (isWell(state)) return 'same';
  const isOneWell = state.run.ends.includes(0);
  // Where one refuses, the state has to be that of one alone.
  return isOneWell && isNone(alone) ? 'one refused' : 'both failed';
}
