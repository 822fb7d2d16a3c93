import { homedir } from 'node:os';
import { join } from 'node:path';

/** Keys of the command line, whatever their ledger, are in this namespace. */
export const NAMESPACE = 'runtwice';

/** The ledger that is meant: the flag's, the environment's, or a file of the user's own. */
export function ledgerUrl(flag: string | undefined, env: NodeJS.ProcessEnv = process.env): string {
  return flag ?? env['RUNTWICE_LEDGER'] ?? `sqlite:${join(stateFolder(env), 'ledger.db')}`;
}

function stateFolder(env: NodeJS.ProcessEnv): string {
  const home = env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(home, 'runtwice');
}
