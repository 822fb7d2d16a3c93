import type { RedisClient, RedisCommand } from '../../clients/redis-client.ts';
import { messageOf } from '../../once/store/problems.ts';
import { explained } from './errors.ts';
import { CLAIM, PURGE, READ, REMOVE, RENEW, UPDATE } from './lua.ts';

export interface Script {
  readonly text: string;
  /** Under this name the server knows it, once it was sent there. */
  readonly sha: string;
}

export interface Scripts {
  readonly claim: Script;
  readonly update: Script;
  readonly renew: Script;
  readonly read: Script;
  readonly remove: Script;
  readonly purge: Script;
}

/**
 * `major`: of the server's version. From 7 on a script can say that it is run though the memory is
 * full: what began before is still renewed and ended then.
 */
export async function scriptsOf(major: number): Promise<Scripts> {
  const always = major >= 7 ? '#!lua flags=allow-oom\n' : '';
  const [claim, update, renew, read, remove, purge] = await Promise.all([
    scriptOf(CLAIM),
    scriptOf(`${always}${UPDATE}`),
    scriptOf(`${always}${RENEW}`),
    scriptOf(READ),
    scriptOf(REMOVE),
    scriptOf(`${always}${PURGE}`),
  ]);
  return { claim, update, renew, read, remove, purge };
}

async function scriptOf(text: string): Promise<Script> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return { text, sha: Buffer.from(digest).toString('hex') };
}

/** Runs a script about one key; one that the server does not know is sent as a whole. */
export async function run(
  client: RedisClient,
  script: Script,
  key: string,
  args: readonly string[],
): Promise<unknown> {
  try {
    return await client.call(key, bySha(script, key, args));
  } catch (error) {
    if (!isUnknownScript(error)) throw explained(error);
  }
  try {
    return await client.call(key, byText(script, key, args));
  } catch (error) {
    throw explained(error);
  }
}

export function bySha({ sha }: Script, key: string, args: readonly string[]): RedisCommand {
  return ['EVALSHA', sha, '1', key, ...args];
}

export function byText({ text }: Script, key: string, args: readonly string[]): RedisCommand {
  return ['EVAL', text, '1', key, ...args];
}

/** After a restart or SCRIPT FLUSH, and on a server that was promoted. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && messageOf(error).startsWith('NOSCRIPT');
}
