import { counted } from '../observers/files/changes.ts';
import { replayOf } from '../replay.ts';
import { GRADES, type ScenarioReport, scenarioReport } from '../report.ts';
import type { Trial } from '../trial.ts';
import { changesText, endText, pathsOf } from '../words.ts';
import { rerunOf, summaryOf } from './rerun.ts';

/** What the second run in the same place did, and the third. */
export function twice(trial: Trial): ScenarioReport {
  const { first, second, third } = trial;
  const { answer, changes, more } = rerunOf(first, second, third);
  const summary = `${summaryOf(changes)}; run 2: ${endText(second.run)}`;
  if (GRADES[answer] !== 'unsafe') {
    return scenarioReport('twice', answer, summary);
  }
  const finding = {
    answer,
    what: 'run twice in the same place',
    next: endText(second.run),
    ...pathsOf(more, changesText(counted(changes))),
    replay: replayOf(trial, '--only', 'twice'),
  };
  return scenarioReport('twice', answer, summary, [finding]);
}
