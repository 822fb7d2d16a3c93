import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../../report.ts';
import { cameText, isAlike, isGood, isNotNow } from '../answers.ts';
import type { CheckedServer } from '../checked-server.ts';
import type { Came } from '../exchange.ts';
import type { ServerRequest } from '../options.ts';
import { effectsText, type First, type Seen, type Subject, seen } from '../subject.ts';

const AT_ONCE = 20;
/** Who is first is a matter of chance. */
const ROUNDS = 4;

/** Many at once with one key, and one after them; again and again with another key. */
export async function together({ server }: Subject, first: First): Promise<Seen> {
  for (let round = 1; ; round++) {
    const seen = await oneRound(server, first, round % 2 === 0);
    if (round === ROUNDS || (seen.answer !== 'same' && seen.answer !== 'busy')) return seen;
  }
}

async function oneRound(server: CheckedServer, first: First, isHeld: boolean): Promise<Seen> {
  const { request } = first;
  const key = server.newKey();
  const before = await server.effects();
  const all = await sendAll(server, request, key, isHeld);
  const happened = (await server.settledEffects()) - before;
  const done = all.find((came) => came.status === first.came.status && !isNotNow(came));
  const after = await server.insist(request, { key }, server.how.recoveryMs);
  const more = (await server.settledEffects()) - before - happened;
  const bad = all.find((came) => !isNotNow(came) && !isAlike(done ?? came, came));
  const answer = answerOf();
  if (answer === 'same' || answer === 'busy') return { answer };
  return seen({
    question: 'together',
    answer,
    request,
    what: `${AT_ONCE} at once with one key`,
    came: bad ?? after,
    details: [
      effectsText(happened + more, first.effects),
      ...tally(all),
      `one more, after all of them: ${cameText(after)}`,
    ],
  });

  function answerOf(): Answer {
    if (happened + more > first.effects) return 'repeated effect';
    if (done === undefined) return all.some(isGood) ? 'silent damage' : 'both failed';
    if (happened + more < first.effects) return 'silent damage';
    if (isNotNow(after) && !isNotNow(done)) return 'stuck';
    if (bad !== undefined || !isAlike(done, after)) return 'differs';
    return all.some((came) => isNotNow(came) && came.status !== done.status) ? 'busy' : 'same';
  }
}

const CONNECTED_MS = 20;

/** Held, the bodies are sent at one moment, over connections that are there by then. */
async function sendAll(
  server: CheckedServer,
  request: ServerRequest,
  key: string,
  isHeld: boolean,
): Promise<Came[]> {
  const release = isHeld ? delay(CONNECTED_MS) : undefined;
  const sent = Array.from({ length: AT_ONCE }, () => server.send(request, { key, release }).came);
  return Promise.all(sent);
}

/** `19 of 20: 409, no bytes`. */
function tally(all: readonly Came[]): string[] {
  const counts = new Map<string, number>();
  for (const came of all) counts.set(cameText(came), (counts.get(cameText(came)) ?? 0) + 1);
  return [...counts].map(([text, number]) => `${number} of ${all.length}: ${text}`);
}
