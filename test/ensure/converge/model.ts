import fc from 'fast-check';
import type { Outcome } from '../../../src/index.ts';

export type LookScript = 'there' | 'absent' | 'outdated' | 'differs' | 'throws';
export type ActScript = 'made' | 'lost' | 'throws';

/** What one item answers: at its first look and act, and at those after it was lost. */
export interface Script {
  readonly looks: readonly [LookScript, LookScript];
  readonly acts: readonly [ActScript, ActScript];
  /** Which of the four answers come by a promise. */
  readonly later: readonly [boolean, boolean, boolean, boolean];
}

const look = fc.constantFrom<LookScript>('there', 'absent', 'outdated', 'differs', 'throws');
const act = fc.oneof(
  { weight: 3, arbitrary: fc.constant<ActScript>('made') },
  { weight: 2, arbitrary: fc.constant<ActScript>('lost') },
  { weight: 1, arbitrary: fc.constant<ActScript>('throws') },
);

export const anyScript: fc.Arbitrary<Script> = fc.record({
  looks: fc.tuple(look, look),
  acts: fc.tuple(act, act),
  later: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean()),
});

/** How an item that is tried must end, by the contract. */
export function expected({ looks, acts }: Script, dryRun: boolean): Outcome {
  const [first, second] = looks;
  if (settles(first)) return SETTLED[first];
  if (dryRun || acts[0] === 'made') return made(first);
  if (acts[0] === 'throws') return 'failed';
  if (settles(second)) return SETTLED[second];
  return acts[1] === 'made' ? made(second) : acts[1] === 'lost' ? 'busy' : 'failed';
}

/** How often an item that is tried is looked at and acted on. */
export function expectedCalls({ looks, acts }: Script, dryRun: boolean): [number, number] {
  if (settles(looks[0]) || dryRun) return [1, 0];
  if (acts[0] !== 'lost') return [1, 1];
  return settles(looks[1]) ? [2, 1] : [2, 2];
}

const SETTLED = { there: 'unchanged', differs: 'differs', throws: 'failed' } as const;

function settles(answer: LookScript): answer is keyof typeof SETTLED {
  return Object.hasOwn(SETTLED, answer);
}

function made(found: 'absent' | 'outdated'): Outcome {
  return found === 'absent' ? 'created' : 'updated';
}
