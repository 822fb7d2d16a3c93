import type { Advice, Answer } from '../report.ts';

/** What helps an operation; files and processes have other cures. */
const ADVICE: Readonly<Partial<Record<Answer, Advice>>> = {
  'silent damage': {
    why: 'the next run takes what was begun for done.',
    fix: 'mark it as done only when it is, and finish what was begun; or do both in one transaction.',
  },
  'repeated effect': {
    why: 'it cannot tell that the effect has happened already.',
    fix: 'give the effect a key by which the other side knows it again, or do it in one transaction with its mark.',
  },
  stuck: {
    why: 'what the killed run left makes the next one fail, or wait for ever.',
    fix: 'let the next run take over what an earlier one left, or let claims end by themselves.',
  },
  leftovers: { why: 'the killed run could not tidy up.', fix: 'let the next run do it.' },
  differs: {
    why: 'both look, and then both act.',
    fix: 'make the act itself decide: a unique key, an insert that fails, a lock.',
  },
};

export function operationAdvice(answer: Answer): { advice?: Advice } {
  const advice = ADVICE[answer];
  return advice === undefined ? {} : { advice };
}
