import type { Answer } from '../../report.ts';
import { cameText, differencesOf, isNotNow } from '../answers.ts';
import { anew } from '../checked-server.ts';
import type { Came } from '../exchange.ts';
import { type First, repeatOf, type Seen, type Subject, seen } from '../subject.ts';

/** Nothing works on the key any more: records that are written after the answer are there after so long. */
const CALM_MS = 2000;

/** Statuses of a refusal that says: this was done, and its answer is not to be had. */
const GONE = new Set([409, 410, 412]);

/** The same key again, and once more. */
export async function twice({ server }: Subject, clean: First): Promise<Seen> {
  const first = await anew(server, clean);
  const { request, key } = first;
  const before = await server.settledEffects();
  const again = await server.insist(request, { key }, CALM_MS);
  const third = await server.insist(request, { key }, CALM_MS);
  const more = (await server.settledEffects()) - before;
  const [answer, came] = worseOf(answerOf(first, again, server), answerOf(first, third, server));
  if (more === 0 && answer === 'replayed') return { answer };
  return seen({
    question: 'twice',
    answer: more > 0 ? 'repeated effect' : answer,
    request,
    what: `sent again with its key; first it was ${cameText(first.came)}`,
    came,
    details: repeatOf(first, came, more),
  });
}

type Judged = readonly [Answer, Came];

function worseOf(left: Judged, right: Judged): Judged {
  return left[0] === 'replayed' ? right : left;
}

function answerOf({ came, effects }: First, again: Came, server: Subject['server']): Judged {
  if (again.status === undefined) return ['stuck', again];
  const isError = came.status !== undefined && came.status >= 400;
  // What was refused without an effect may be looked at anew, and be worded anew.
  if (isError && effects === 0 && again.status === came.status) return ['replayed', again];
  if (differencesOf(came, again).length === 0) return ['replayed', again];
  if (isNotNow(again) && !server.isFinal(again)) return ['stuck', again];
  return [GONE.has(again.status) ? 'refused' : 'differs', again];
}
