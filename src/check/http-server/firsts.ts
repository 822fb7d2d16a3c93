// What each request does when it comes for the first time.
import { isUtf8 } from 'node:buffer';
import { CannotCheck } from '../sandbox/cannot-check.ts';
import { count } from '../words.ts';
import { isNotNow, reasonOf } from './answers.ts';
import { type CheckedServer, requestText } from './checked-server.ts';
import type { Answered, Came } from './exchange.ts';
import type { ServerRequest, SettledServer } from './options.ts';
import type { First } from './subject.ts';

export async function firstsOf(server: CheckedServer, how: SettledServer): Promise<First[]> {
  const firsts: First[] = [];
  let before = await server.settledEffects();
  for (const request of how.requests) {
    how.onProgress({ question: 'first requests', request: requestText(request) });
    const { came, key, elapsedMs } = await timed(server, request);
    if (came.status === undefined) {
      throw new CannotCheck(`the first ${requestText(request)} failed: ${came.why}`);
    }
    const effects = (await server.settledEffects()) - before;
    // The first request that a server gets takes longer than the others.
    const other = await timed(server, request);
    before = await server.settledEffects();
    firsts.push({ request, key, came, effects, elapsedMs: Math.min(elapsedMs, other.elapsedMs) });
  }
  return firsts;
}

async function timed(
  server: CheckedServer,
  request: ServerRequest,
): Promise<Pick<First, 'key' | 'came' | 'elapsedMs'>> {
  const key = server.newKey();
  const sentAt = performance.now();
  const came = await server.send(request, { key }).came;
  return { key, came, elapsedMs: performance.now() - sentAt };
}

/** Hears what the server says of a key that is being worked on, so that it is known when it says so wrongly. */
export async function learnBusy(server: CheckedServer, telling: readonly First[]): Promise<void> {
  for (const { request, came } of telling) {
    const key = server.newKey();
    const both = [server.send(request, { key }).came, server.send(request, { key }).came];
    const all = await Promise.all(both);
    if (!all.some(({ status }) => status === came.status)) continue;
    // Where the first one failed, the other may be told what became of it: that is said ever after.
    const later = isError(came) ? await server.send(request, { key }).came : undefined;
    const lasting = later !== undefined && isNotNow(later) ? reasonOf(later).text : undefined;
    for (const one of all) {
      if (!isNotNow(one) || one.status === came.status) continue;
      const { text } = reasonOf(one);
      if (text !== lasting) server.busyReasons.add(text);
    }
  }
  await server.settledEffects();
}

function isError({ status }: Came): boolean {
  return status !== undefined && status >= 500;
}

const LARGE = 1024 * 1024;

/** Kinds of answers that servers are known to replay wrongly. */
const KINDS: Readonly<Record<string, (came: Answered) => boolean>> = {
  'a stream': ({ headers }) => headers['transfer-encoding'] === 'chunked',
  'binary data': ({ body }) => !isUtf8(body),
  'a 204': ({ status }) => status === 204,
  '1 MiB or more': ({ body }) => body.length >= LARGE,
  'an error of 4xx': ({ status }) => status >= 400 && status < 500,
  'an error of 5xx': ({ status }) => status >= 500,
};

/** What was not seen, as no request was answered so. */
export function notesOn(firsts: readonly First[]): string[] {
  const missing = Object.entries(KINDS).flatMap(([name, isIt]) =>
    firsts.some(({ came }) => came.status !== undefined && isIt(came)) ? [] : [name],
  );
  return missing.length === 0 ? [] : [`no request was answered with ${missing.join(', ')}`];
}

/** That it ended by itself: what a server that does so makes of a request is not known. */
export function fallsOf({ falls }: CheckedServer): string[] {
  return falls === 0 ? [] : [`it ended by itself and was started again, ${count(falls, 'time')}`];
}
