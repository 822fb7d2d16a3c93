import { RuntwiceError } from '../core/errors.ts';
import { CommitUnknown } from './commit-unknown.ts';

/**
 * Does the work in a transaction that a library begins and commits. What the work throws is what the
 * caller gets, whatever becomes of the rollback. An error that comes after the work is of the commit:
 * unless the server refused it, nobody knows what became of it.
 */
export async function begunBy<Tx, Answer>(
  begin: (work: (tx: Tx) => Promise<void>) => PromiseLike<unknown>,
  work: (tx: Tx) => Promise<Answer>,
  isRefused: (error: unknown) => boolean,
): Promise<Answer> {
  let end: { answer: Answer } | { error: unknown } | undefined;
  const during = async (tx: Tx): Promise<void> => {
    end = undefined;
    try {
      end = { answer: await work(tx) };
    } catch (error) {
      end = { error };
      throw error;
    }
  };
  const failed = await Promise.resolve(begin(during)).then(noFailure, (error) => ({ error }));
  const ended = end as { answer: Answer } | { error: unknown } | undefined;
  if (ended === undefined) throw failed ? failed.error : endedEarly();
  if ('error' in ended) throw ended.error;
  if (failed === undefined) return ended.answer;
  throw isRefused(failed.error) ? failed.error : new CommitUnknown(failed.error);
}

function noFailure(): undefined {
  return undefined;
}

function endedEarly(): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'the function in the transaction ended the transaction itself',
    { fix: 'Throw to have it rolled back; it is committed when the function returns.' },
  );
}
