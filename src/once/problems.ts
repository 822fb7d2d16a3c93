// The ends of a call that has no result, each with what to do about it.
import { RuntwiceError } from '../core/errors.ts';
import type { Identity } from '../core/key.ts';
import { shellWord } from './errors.ts';
import type { StoredRecord } from './store/types.ts';

/** The key stood for something else. */
export function keyReused({ operation, key }: Identity): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_KEY_REUSED',
    `the key ${JSON.stringify(key)} of ${operation} was used with another input`,
    {
      fix: 'Nothing was run. Give every different input a key of its own.',
      data: { operation, key },
    },
  );
}

/** Somebody else has the key, and the wait is over. */
export function busy({ operation, key }: Identity): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_BUSY',
    `the key ${JSON.stringify(key)} of ${operation} is being worked on elsewhere`,
    {
      fix: 'Nothing was run here. Call again: it will get the result, or wait.',
      data: { operation, key },
    },
  );
}

/** An attempt ended without saying how. */
export function outcomeUnknown(
  identity: Identity,
  record: Pick<StoredRecord, 'attempt' | 'startedAt'>,
  url: string | undefined,
  cause?: unknown,
): RuntwiceError {
  const { operation, key } = identity;
  const since = new Date(record.startedAt).toISOString();
  return new RuntwiceError(
    'ERR_RUNTWICE_OUTCOME_UNKNOWN',
    `attempt ${record.attempt} of ${operation} for the key ${JSON.stringify(key)}, begun ${since}, ended without saying whether its effect happened`,
    {
      fix: `Nothing is run for this key until it is resolved. ${resolveCommands(identity, url)}`,
      data: { operation, key, attempt: record.attempt, startedAt: since },
      ...(cause !== undefined && { cause }),
    },
  );
}

/** The two commands that resolve an unknown outcome, filled in. */
export function resolveCommands(identity: Identity, url: string | undefined): string {
  const { namespace, scope, operation, key } = identity;
  const command = [
    'runtwice ledger resolve',
    shellWord(key),
    `--operation ${shellWord(operation)}`,
    `--namespace ${shellWord(namespace)}`,
    ...(scope === '' ? [] : [`--scope ${shellWord(scope)}`]),
    ...(url === undefined ? [] : [`--ledger ${shellWord(url)}`]),
  ].join(' ');
  return `If it did not happen: ${command} --did-not-happen. If it did: ${command} --result FILE`;
}

/** The result was kept for its time and is gone; the key is still known. */
export function keyExpired({ operation, key }: Identity, finishedAt: number): RuntwiceError {
  const when = new Date(finishedAt).toISOString();
  return new RuntwiceError(
    'ERR_RUNTWICE_KEY_EXPIRED',
    `the key ${JSON.stringify(key)} of ${operation} was finished at ${when}; its result is no longer kept`,
    {
      fix: 'Nothing was run again. Take the result from where it is needed, or use a new key.',
      data: { operation, key, finishedAt: when },
    },
  );
}

/** A call inside the function of its own key would wait for itself. */
export function calledByItself({ operation, key }: Identity): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_CALLED_BY_ITSELF',
    `${operation} called itself with its own key ${JSON.stringify(key)}`,
    { fix: 'Nothing was run. Give the inner call a key of its own.', data: { operation, key } },
  );
}

export function notFound({ operation, key }: Identity): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_KEY_NOT_FOUND',
    `nothing is known of the key ${JSON.stringify(key)} of ${operation}`,
    { fix: 'Check namespace, scope, operation and key: runtwice ledger ls shows what is there.' },
  );
}

/** Only an unknown outcome can be resolved. */
export function notUnknown({ operation, key }: Identity, state: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_KEY_NOT_UNKNOWN',
    `the key ${JSON.stringify(key)} of ${operation} is ${state}, not unknown`,
    { fix: 'Nothing was changed. To have it run again, forget the key.', data: { state } },
  );
}

/** What is running or unknown is not forgotten unless that is forced. */
export function notEnded({ operation, key }: Identity, state: string): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_KEY_NOT_ENDED',
    `the key ${JSON.stringify(key)} of ${operation} is ${state}: forgetting it could repeat its effect`,
    { fix: 'Nothing was changed. Resolve it, or force it.', data: { state } },
  );
}

/** Somebody was faster. */
export function changedMeanwhile({ operation, key }: Identity): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_BUSY',
    `the key ${JSON.stringify(key)} of ${operation} was changed by somebody else meanwhile`,
    { fix: 'Look at it again: runtwice ledger show.' },
  );
}
