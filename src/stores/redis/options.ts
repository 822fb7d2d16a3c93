import { RuntwiceError } from '../../core/errors.ts';
import { unusable } from '../../once/store/problems.ts';

export function requireOptions(prefix: unknown, replicas: unknown): void {
  if (typeof prefix !== 'string' || !prefix.isWellFormed()) {
    throw invalid('the prefix is no text', "Give a text such as 'runtwice:'.");
  }
  if (!Number.isSafeInteger(replicas) || Number(replicas) < 0) {
    throw invalid(
      `replicas is no number of replicas: ${String(replicas)}`,
      'Give how many replicas have to have a claim, such as 1.',
    );
  }
}

function invalid(why: string, fix: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', why, { fix });
}

/** Fewer replicas have it than have to. */
export function missingReplicas(have: number, need: number, isClaim: boolean): RuntwiceError {
  const count = `${have} of ${need} ${need === 1 ? 'replica' : 'replicas'}`;
  return isClaim
    ? unusable(
        `only ${count} of Redis had the claim in time`,
        'Nothing was run. Check that the replicas run and are connected, and call again.',
      )
    : unusable(
        `only ${count} of Redis had the end of the attempt in time`,
        'The primary has it: only if that is lost now, the outcome is unknown. Check the replicas.',
      );
}
