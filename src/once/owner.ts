// Who owns an attempt: a token that no other attempt has, and that says which process it belongs to.
import { randomUUID } from 'node:crypto';
import { findProcess, hostName, type ProcessId } from './host.ts';

/**
 * A new token: `host/pid:start/random-count`, or `//random-count` where processes cannot be told apart. A random
 * part for each costs more than most of a call; none is kept for long, as a process may be copied while it runs.
 */
export function newOwner(): string {
  if (count % FRESH_AFTER === 0) begin = `${describeSelf()}/${randomUUID()}-`;
  count += 1;
  return begin + count.toString(36);
}

const FRESH_AFTER = 100;

let begin = '';
let count = 0;

function describeSelf(): string {
  const host = hostName();
  const own = host === undefined ? undefined : findProcess(process.pid);
  return own === undefined ? '/' : `${host}/${processText(own)}`;
}

export function processText({ pid, start }: ProcessId): string {
  return `${pid}:${start}`;
}

/**
 * Whether the process that owns an attempt still runs. `undefined`: it is of another host, or that
 * cannot be seen here, and only the lease tells. `also` are further processes that do its work.
 */
export function isOwnerAlive(owner: string, also: readonly string[] = []): boolean | undefined {
  const [host, own = ''] = owner.split('/');
  if (host === '' || host !== hostName()) return undefined;
  return [own, ...also].some(isRunning);
}

function isRunning(text: string): boolean {
  const [pid, start] = text.split(':');
  return findProcess(Number(pid))?.start === start;
}
