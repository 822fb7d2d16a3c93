/** What a check asks. */
export type Scenario = 'twice' | 'another day' | 'together' | 'interrupted' | 'faults';
export const SCENARIOS: readonly Scenario[] = [
  'twice',
  'another day',
  'together',
  'interrupted',
  'faults',
];
/** What is asked where nothing is said. */
export const BY_DEFAULT: readonly Scenario[] = ['twice', 'together', 'interrupted'];

/** What a check of a server asks of its requests; twice is with one key. */
export type ServerQuestion =
  | 'twice'
  | 'together'
  | 'interrupted'
  | 'client gone'
  | 'other body'
  | 'other user'
  | 'other path'
  | 'other key'
  | 'no key';

/** How grave an outcome is. */
export type Grade = 'safe' | 'note' | 'unsafe' | 'inconclusive';

export type Answer =
  | 'nothing to do'
  | 'touched only'
  | 'refused'
  | 'settles late'
  | 'changed again'
  | 'same'
  | 'one refused'
  | 'differs'
  | 'both failed'
  | 'recovers'
  | 'leftovers'
  | 'stuck'
  | 'silent damage'
  | 'repeated effect'
  | 'replayed'
  | 'busy'
  | 'told apart'
  | 'unknown'
  | 'unprotected'
  | 'leaked'
  | 'inconclusive';

export const GRADES: Readonly<Record<Answer, Grade>> = {
  'nothing to do': 'safe',
  'touched only': 'note',
  refused: 'note',
  'settles late': 'unsafe',
  'changed again': 'unsafe',
  same: 'safe',
  'one refused': 'note',
  differs: 'unsafe',
  'both failed': 'unsafe',
  recovers: 'safe',
  leftovers: 'note',
  stuck: 'unsafe',
  'silent damage': 'unsafe',
  'repeated effect': 'unsafe',
  replayed: 'safe',
  busy: 'safe',
  'told apart': 'safe',
  unknown: 'note',
  unprotected: 'note',
  leaked: 'unsafe',
  inconclusive: 'inconclusive',
};

/** Why something happens, and what helps. */
export interface Advice {
  readonly why: string;
  readonly fix: string;
}

/** How the lines of a text file differ. */
export interface Diff {
  /** Which of the paths it is, from 0 on. */
  readonly path: number;
  /** A few lines: `- ` what a clean run has, or what was there before, `+ ` what was found. */
  readonly lines: readonly string[];
}

/** So many paths of a finding are named; the others are counted. */
export const MOST_PATHS = 5;

/** One thing that was seen, with the command that shows it again. */
export interface Finding {
  readonly answer: Answer;
  /** What was done to it: `killed before write out/a.txt`. */
  readonly what: string;
  /** What the next run did. */
  readonly next: string;
  /** For two at once: what each of them did, in turns. */
  readonly steps?: readonly string[];
  /** Paths, each with what is wrong. */
  readonly paths: readonly string[];
  /** How text files among those differ; of the first of them, and left out where there is nothing to show. */
  readonly diffs?: readonly Diff[];
  readonly replay: string;
  /** Where it is another than is usual for its answer. */
  readonly advice?: Advice;
}

export interface ScenarioReport {
  readonly scenario: Scenario | ServerQuestion;
  readonly answer: Answer;
  readonly grade: Grade;
  /** The rest of its line. */
  readonly summary: string;
  readonly findings: readonly Finding[];
}

export type Verdict = 'safe' | 'safe with notes' | 'not safe' | 'inconclusive';

export interface CheckReport {
  readonly schema: 'runtwice.check/1';
  /** What was checked; a command, where it is not said. */
  readonly subject?: 'operation' | 'server';
  /** The command, the name of the operation, or what started the server. */
  readonly command: readonly string[];
  readonly verdict: Verdict;
  readonly scenarios: readonly ScenarioReport[];
  /** How often the command was really started. */
  readonly runs: number;
  /** How many moments there were to kill it at, and at how many it was. */
  readonly points: { readonly found: number; readonly tried: number };
  /** How many disk errors and cut connections there could be, and how many it was given. */
  readonly faults: { readonly found: number; readonly tried: number };
  /** What was seen and does not count, and why. */
  readonly notes: readonly string[];
  /** What the check could not see: with any of these it is never safe. */
  readonly unobserved: readonly string[];
  /** Variables that the command did not get. */
  readonly withheld: readonly string[];
  readonly elapsedMs: number;
}

export function scenarioReport(
  scenario: Scenario | ServerQuestion,
  answer: Answer,
  summary: string,
  findings: readonly Finding[] = [],
): ScenarioReport {
  return { scenario, answer, grade: GRADES[answer], summary, findings };
}

/** The whole: what is not safe is so whatever else was not seen. */
export function verdictOf(
  scenarios: readonly ScenarioReport[],
  unobserved: readonly string[],
): Verdict {
  const grades = scenarios.map(({ grade }) => grade);
  if (grades.includes('unsafe')) return 'not safe';
  if (grades.length === 0 || grades.includes('inconclusive') || unobserved.length > 0) {
    return 'inconclusive';
  }
  return grades.includes('note') ? 'safe with notes' : 'safe';
}
