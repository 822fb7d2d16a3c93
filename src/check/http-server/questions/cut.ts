// A request that was cut off in the middle, and what becomes of its key afterwards.
import type { Answer } from '../../report.ts';
import { cameText, differencesOf, isAlike, isGood, isNotNow, isRefusal } from '../answers.ts';
import type { CheckedServer } from '../checked-server.ts';
import type { Came } from '../exchange.ts';
import { type Moment, momentText, reach } from '../moments.ts';
import { effectsText, type First, type Seen, seen } from '../subject.ts';

export interface Cut {
  readonly question: 'interrupted' | 'client gone';
  readonly moment: Moment;
  readonly server: CheckedServer;
  readonly first: First;
  /** What is done to it at the moment. */
  readonly act: (leave: () => void) => Promise<void>;
}

/** Undefined where the request was answered before the moment came. */
export async function cut({
  question,
  moment,
  server,
  first,
  act,
}: Cut): Promise<Seen | undefined> {
  const { request } = first;
  const key = server.newKey();
  const before = await server.effects();
  const sent = server.send(request, { key });
  const isInTime = await reach(moment, { server, first, sent, before });
  if (!isInTime) {
    // What it does is its own: it would be counted with what comes next.
    await sent.came;
    await server.settledEffects();
    return undefined;
  }
  await act(sent.leave);
  const answered = moment === 'it was answered' ? await sent.came : undefined;
  const again = await server.insist(request, { key }, server.how.recoveryMs);
  const third = isNotNow(again) ? again : await server.send(request, { key }).came;
  const happened = (await server.settledEffects()) - before;
  const answer = answerOf();
  if (answer === 'recovers') return { answer };
  const verb = question === 'interrupted' ? 'the server was killed' : 'the client left';
  return seen({
    question,
    answer,
    request,
    what: `${verb} ${momentText(moment, first)}, and it was sent again with its key`,
    came: again,
    details: [
      effectsText(happened, first.effects),
      ...(answer === 'differs' ? differencesOf(answered ?? again, third) : []),
      ...(isNotNow(again) ? [] : [`once more: ${cameText(third)}`]),
    ],
  });

  function answerOf(): Answer {
    if (happened > first.effects) return 'repeated effect';
    const end = endOf(first.came, again, server);
    if (end !== 'answered') return end;
    if (happened < first.effects) return 'silent damage';
    return isAlike(again, third) && isAlike(answered ?? again, again) ? 'recovers' : 'differs';
  }
}

/** What a client makes of the last answer that it got. */
function endOf(clean: Came, last: Came, server: CheckedServer): 'answered' | 'unknown' | 'stuck' {
  if (last.status !== undefined && last.status === clean.status) return 'answered';
  if (isNotNow(last)) return server.isFinal(last) ? 'unknown' : 'stuck';
  if (isGood(last)) return 'answered';
  return isRefusal(last) ? 'unknown' : 'stuck';
}
