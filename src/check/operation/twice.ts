import {
  type Answer,
  type Finding,
  GRADES,
  type ScenarioReport,
  scenarioReport,
} from '../report.ts';
import { count } from '../words.ts';
import { changeText, differencesOf } from './compare.ts';
import { onceCounts } from './repeats.ts';
import { endText, type OperationTrial } from './trial.ts';

/** What the second run in a row did, and the third. */
export function twice({ name, first, second, third, varying }: OperationTrial): ScenarioReport {
  const changes = differencesOf(first.shape, second.shape);
  const later = differencesOf(second.shape, third.shape);
  const { more } = onceCounts(first.calls, [...first.calls, ...second.calls], varying);
  const answer = more.length > 0 ? 'repeated effect' : answerOf();
  const changed = changes.length === 0 ? 'nothing changed' : `${count(changes.length, 'change')}`;
  const made = count(second.calls.length, 'call');
  const summary = `run 2: ${endText(second)}, ${made}, ${changed}`;
  if (GRADES[answer] !== 'unsafe') return scenarioReport('twice', answer, summary);
  const finding: Finding = {
    answer,
    what: 'run twice in a row',
    next: endText(second),
    paths: [...more, ...changes.map(changeText)],
    replay: `checkOperation(${name}, { …, only: ['twice'] })`,
  };
  return scenarioReport('twice', answer, summary, [finding]);

  function answerOf(): Answer {
    if (second.how === 'timed out') return 'stuck';
    if (changes.length > 0) {
      return later.length > 0 || second.how !== 'done' ? 'changed again' : 'settles late';
    }
    return second.how === 'done' ? 'nothing to do' : 'refused';
  }
}
