// How often the check was right: of what it calls unsafe, and of what is.
import { type Answer, SCENARIOS, type Scenario } from '../../src/check/index.ts';
import { GRADES } from '../../src/check/report.ts';

/** One scenario of one case. */
export interface Judged {
  readonly scenario: Scenario;
  readonly expected: Answer;
  readonly got: Answer;
}

export interface Figures {
  readonly judged: number;
  readonly exact: number;
  /** Of what it called unsafe, how much is. */
  readonly precision: number;
  /** Of what is unsafe, how much it called so. */
  readonly recall: number;
}

/** What is to be reached. Starts at once are by chance, and have no goal. */
export const GOALS: Readonly<Partial<Record<Scenario, number>>> = {
  twice: 0.97,
  'another day': 0.97,
  interrupted: 0.9,
};

export function isUnsafe(answer: Answer): boolean {
  return GRADES[answer] === 'unsafe';
}

/** Whether it says the right thing of being safe; what it cannot tell is not right. */
export function isRight({ expected, got }: Judged): boolean {
  return got !== 'inconclusive' && isUnsafe(got) === isUnsafe(expected);
}

export function figuresOf(judged: readonly Judged[]): Figures {
  const called = judged.filter(({ got }) => isUnsafe(got));
  const unsafe = judged.filter(({ expected }) => isUnsafe(expected));
  const both = called.filter(({ expected }) => isUnsafe(expected)).length;
  return {
    judged: judged.length,
    exact: judged.filter(({ expected, got }) => expected === got).length,
    precision: called.length === 0 ? 1 : both / called.length,
    recall: unsafe.length === 0 ? 1 : both / unsafe.length,
  };
}

export function reaches({ precision, recall }: Figures, scenario: Scenario): boolean {
  const goal = GOALS[scenario] ?? 0;
  return precision >= goal && recall >= goal;
}

/** A line for each scenario that was judged, and whether all reach their goals. */
export function tableOf(all: readonly Judged[]): { lines: string[]; isReached: boolean } {
  const lines: string[] = [];
  let isReached = all.length > 0;
  for (const scenario of SCENARIOS) {
    const figures = figuresOf(all.filter((one) => one.scenario === scenario));
    const { judged, exact, precision, recall } = figures;
    if (judged === 0) continue;
    const goal = GOALS[scenario] === undefined ? 'no goal' : `goal ${GOALS[scenario]}`;
    const rates = `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} (${goal})`;
    lines.push(`${scenario.padEnd(12)} ${rates}, ${exact} of ${judged} answers exact`);
    isReached &&= reaches(figures, scenario);
  }
  return { lines, isReached };
}
