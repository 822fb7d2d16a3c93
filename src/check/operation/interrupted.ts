import type { Answer, Finding } from '../report.ts';
import { worstOf } from '../scenarios/aftermath.ts';
import type { Interrupted } from '../scenarios/interrupted.ts';
import { operationAdvice } from './advice.ts';
import { changeText, type Difference, deviationText, differencesOf } from './compare.ts';
import type { EffectMoment } from './moments.ts';
import { momentsOf } from './moments.ts';
import { onceCounts, repeatsOf } from './repeats.ts';
import { endText, type OperationTrial, type Outcome } from './trial.ts';

/** A run that was killed, and the one after it. */
interface Killed {
  readonly point: EffectMoment;
  readonly killed: Outcome;
  readonly again: Outcome;
}

export interface OperationInterrupted extends Interrupted {
  /** Calls, by their text, that changed what `observe` gives. */
  readonly acting: ReadonlySet<string>;
  readonly unobserved: readonly string[];
}

/** Killed before and after each effect, then run again to the end, and compared with a clean run. */
export async function interrupted(
  trial: OperationTrial,
  { point, budgetMs }: { point: EffectMoment | undefined; budgetMs: number },
): Promise<OperationInterrupted> {
  const all = momentsOf(trial.first.calls.filter(({ number }) => number !== undefined).length);
  // What is killed at other moments tells which call does what.
  const wanted = point === undefined ? all : [point, ...all.filter((one) => !isSame(one, point))];
  const endAt = performance.now() + budgetMs;
  const tried: Killed[] = [];
  for (const one of wanted) {
    if (tried.length > 0 && performance.now() > endAt) break;
    await trial.lab.reset();
    const killed = await trial.lab.run({ kill: one });
    if (killed.how !== 'killed') continue;
    tried.push({ point: one, killed, again: await trial.lab.run() });
  }
  const asked = tried
    .filter((one) => point === undefined || isSame(one.point, point))
    .sort((left, right) => placeOf(left.point) - placeOf(right.point));
  const acting = actingIn(tried);
  const findings = asked.map((one) => findingOf(trial, one, acting));
  const points = { found: all.length, tried: findings.length };
  const unobserved = besideEffects(trial, tried);
  return { report: worstOf('interrupted', findings, points, 'moment'), points, acting, unobserved };
}

function isSame(one: EffectMoment, other: EffectMoment): boolean {
  return one.number === other.number && one.when === other.when;
}

/** The first moment of those that do the same harm is the one that is shown. */
function placeOf({ number, when }: EffectMoment): number {
  return 2 * number + (when === 'after' ? 1 : 0);
}

function at(
  tried: readonly Killed[],
  when: EffectMoment['when'],
  number: number,
): Killed | undefined {
  return tried.find(({ point }) => isSame(point, { when, number }));
}

/** The calls before and after which what `observe` gives is not the same. */
function actingIn(tried: readonly Killed[]): ReadonlySet<string> {
  const acting = new Set<string>();
  for (const { point, killed } of tried) {
    const before = at(tried, 'before', point.number);
    const call = killed.calls.find(({ number }) => number === point.number);
    if (point.when === 'before' || before === undefined || call === undefined) continue;
    if (differencesOf(before.killed.shape, killed.shape).length > 0) acting.add(call.text);
  }
  return acting;
}

function findingOf(
  trial: OperationTrial,
  { point, killed, again }: Killed,
  acting: ReadonlySet<string>,
): Finding {
  const { name, first, second, mask } = trial;
  const deviation = differencesOf(first.shape, again.shape, mask);
  const calls = [...killed.calls, ...again.calls];
  const once = onceCounts(first.calls, calls, trial.varying);
  const repeats =
    deviation.length === 0 ? [] : repeatsOf(first.calls, calls, blamed(trial, acting));
  const answer = answerOf();
  const call = killed.calls.find(({ number }) => number === point.number)?.text ?? '';
  const side = point.when === 'before' ? 'killBefore' : 'killAfter';
  return {
    answer,
    what: `killed ${point.when} ${call}`,
    next: endText(again),
    paths: [...new Set([...once.more, ...once.fewer, ...repeats]), ...deviation.map(deviationText)],
    replay: `checkOperation(${name}, { …, ${side}: ${point.number} })`,
    ...operationAdvice(answer),
  };

  function answerOf(): Answer {
    const isClean = deviation.length + once.more.length + once.fewer.length === 0;
    if (again.how !== 'done') {
      // What refuses a second run may refuse here, too; what is there has to be right all the same.
      return isClean && again.how === 'threw' && second.how === 'threw' ? 'recovers' : 'stuck';
    }
    if (isClean) return 'recovers';
    if (once.more.length > 0) return 'repeated effect';
    if (once.fewer.length > 0) return 'silent damage';
    // The same as after two whole runs: the killed one counted as one.
    if (differencesOf(second.shape, again.shape, mask).length === 0) return 'repeated effect';
    return answerFrom(deviation, repeats.length > 0);
  }
}

function answerFrom(deviation: readonly Difference[], isRepeated: boolean): Answer {
  const has = (kind: Difference['kind']) => deviation.some((one) => one.kind === kind);
  if (has('missing')) return 'silent damage';
  if (isRepeated) return 'repeated effect';
  if (has('other')) return 'silent damage';
  return has('item too many') ? 'repeated effect' : 'leftovers';
}

/** A call that came again in the second run and changed nothing there is not what does harm. */
function blamed(
  { first, second }: OperationTrial,
  acting: ReadonlySet<string>,
): ReadonlySet<string> {
  if (differencesOf(first.shape, second.shape).length > 0) return acting;
  const harmless = new Set(second.calls.map(({ text }) => text));
  return new Set([...acting].filter((text) => !harmless.has(text)));
}

/** What the operation did to the world between one effect and the next, or before and after all of them. */
function besideEffects({ start, first, mask }: OperationTrial, tried: readonly Killed[]): string[] {
  const last = first.calls.filter(({ number }) => number !== undefined).length;
  const told: string[] = [];
  for (let number = 0; number <= last; number++) {
    const after = number === 0 ? { shape: start, calls: [] } : at(tried, 'after', number)?.killed;
    const before = number === last ? first : at(tried, 'before', number + 1)?.killed;
    // Where the next one was under way already, it may have happened.
    const isNext = after?.calls.some((call) => call.number === number + 1);
    if (after === undefined || before === undefined || isNext) continue;
    const [one] = differencesOf(after.shape, before.shape, mask);
    const when = number === 0 ? 'before its first effect' : `after its effect ${number}`;
    if (one !== undefined) {
      told.push(`${when} it does what does not come through its effects: ${changeText(one)}`);
    }
  }
  return told;
}
