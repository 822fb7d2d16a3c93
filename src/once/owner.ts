// Who owns an attempt: a token that no other attempt has, and that says which process it belongs to.
import { randomUUID } from 'node:crypto';
import { findProcess, hostName, type ProcessId } from './host.ts';

/**
 * A new token: `host/pid:start/random-count`, or `//random-count` where processes cannot be told apart. The
 * random part is the process's: one for each token costs more than most of a call.
 */
export function newOwner(): string {
  self ??= `${describeSelf()}/${randomUUID()}-`;
  count += 1;
  return self + count.toString(36);
}

let self: string | undefined;
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
