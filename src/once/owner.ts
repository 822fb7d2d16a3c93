// Who owns an attempt: a token that no other attempt has, and that says which process it belongs to.
import { randomUUID } from 'node:crypto';
import { findProcess, hostName, type ProcessId } from './host.ts';

/** A new token: `host/pid:start/random`, or `//random` where processes cannot be told apart. */
export function newOwner(): string {
  self ??= describeSelf();
  // It keeps random bytes in store: asking for them each time costs more than all else of a call.
  return `${self}/${randomUUID()}`;
}

let self: string | undefined;

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
