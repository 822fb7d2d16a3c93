import type { Answer } from '../../report.ts';
import { cameText, differencesOf, isGood, isNotNow } from '../answers.ts';
import type { Came } from '../exchange.ts';
import { effectsText, type First, type Seen, type Subject, seen } from '../subject.ts';

const AT_ONCE = 20;

/** Many at once with one key, and one after them. */
export async function together({ server }: Subject, first: First): Promise<Seen> {
  const { request } = first;
  const key = server.newKey();
  const before = await server.effects();
  const sent = Array.from({ length: AT_ONCE }, () => server.send(request, { key }).came);
  const all = await Promise.all(sent);
  const happened = (await server.settledEffects()) - before;
  const done = all.find((came) => came.status === first.came.status && !isNotNow(came));
  const after = await server.insist(request, { key }, server.how.recoveryMs);
  const more = (await server.settledEffects()) - before - happened;
  const bad = all.find((came) => !isNotNow(came) && differencesOf(done ?? came, came).length > 0);
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
    if (bad !== undefined || differencesOf(done, after).length > 0) return 'differs';
    return all.some((came) => isNotNow(came) && came.status !== done.status) ? 'busy' : 'same';
  }
}

/** `19 of 20: 409, no bytes`. */
function tally(all: readonly Came[]): string[] {
  const counts = new Map<string, number>();
  for (const came of all) counts.set(cameText(came), (counts.get(cameText(came)) ?? 0) + 1);
  return [...counts].map(([text, number]) => `${number} of ${all.length}: ${text}`);
}
