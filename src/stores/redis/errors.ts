import { RuntwiceError } from '../../core/errors.ts';
import { messageOf } from '../../once/store/problems.ts';
import { FOREIGN } from './lua.ts';
import { tooNew } from './record.ts';

/**
 * The error with what to do about it, where it is certain that nothing was written. All others go on
 * as they are: a ledger then asks again, and takes back what it may have claimed. Also READONLY and
 * CLUSTERDOWN are of those: a client that sends a command again after a failover may get them for
 * one that was done.
 */
export function explained(error: unknown): unknown {
  const message = messageOf(error);
  if (message.includes('OOM command not allowed')) return full(error);
  return message.includes(FOREIGN) ? tooNew(error) : error;
}

function full(cause: unknown): RuntwiceError {
  return new RuntwiceError(
    'ERR_RUNTWICE_STORE_FULL',
    'Redis has no room for another key: its memory is as large as maxmemory allows',
    {
      fix: 'Nothing was run. Raise maxmemory, purge the ledger, or remember keys for less long.',
      cause,
    },
  );
}
