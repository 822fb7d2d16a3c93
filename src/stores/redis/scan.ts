import type { RedisNode } from '../../clients/redis-client.ts';
import { HEAD_LENGTH, type Head, headOf, isOurs, timeOf } from './record.ts';
import { textOf } from './text.ts';

/** So many places of its table a server looks at for one SCAN: some tenths of a millisecond. */
const COUNT = '1000';

/** Some of the keys that a server has, and where to go on; '0' is the beginning and the end. */
export interface ScanPage {
  readonly keys: readonly string[];
  readonly next: string;
}

/** The pattern of the keys that begin so. */
export function patternOf(start: string): string {
  return `${start.replace(/[*?[\]\\^]/g, '\\$&')}*`;
}

/** May give a key twice, and misses none that is there all the time. */
export async function scanPage(
  node: RedisNode,
  cursor: string,
  pattern: string,
): Promise<ScanPage> {
  const command = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', COUNT, 'TYPE', 'string'] as const;
  const [next, keys] = (await node(command)) as [unknown, unknown[]];
  return { keys: keys.map(textOf), next: textOf(next) };
}

/** Each page of each server. */
export async function* scanAll(
  nodes: readonly RedisNode[],
  pattern: string,
): AsyncGenerator<{ node: RedisNode; keys: readonly string[] }> {
  for (const node of nodes) {
    for (let cursor = ''; cursor !== '0'; ) {
      const { keys, next } = await scanPage(node, cursor || '0', pattern);
      if (keys.length > 0) yield { node, keys };
      cursor = next;
    }
  }
}

/** A key with the head of its record, which is there. */
export interface Found {
  readonly key: string;
  readonly head: Head;
}

/** `foreign`: whether records of another version are an error, or as good as not there. */
export async function readHeads(
  node: RedisNode,
  keys: readonly string[],
  foreign: 'refuse' | 'skip',
): Promise<Found[]> {
  const last = String(HEAD_LENGTH - 1);
  const values = await Promise.all(
    // One that has moved to another server, or is no text any more, is not there.
    keys.map((key) => node(['GETRANGE', key, '0', last]).catch(gone)),
  );
  return values.flatMap((value, index) => {
    const [key, text] = [keys[index], textOf(value)];
    const head = foreign === 'skip' && !isOurs(text) ? undefined : headOf(text);
    return key === undefined || head === undefined ? [] : [{ key, head }];
  });
}

function gone(error: unknown): string {
  if (error instanceof Error && /^(?:MOVED|ASK|WRONGTYPE)/.test(error.message)) return '';
  throw error;
}

/** A server's time, in milliseconds. */
export async function serverTime(node: RedisNode | undefined): Promise<number> {
  if (node === undefined) throw new Error('the client knows no primary of the Redis cluster');
  const [seconds, micros] = (await node(['TIME'])) as [unknown, unknown];
  return timeOf(seconds, micros);
}
