// What must not be taken for the same: another body, user, path or key.
import type { Answer, ServerQuestion } from '../../report.ts';
import { cameText, isGood, isNotNow, isRefusal } from '../answers.ts';
import type { CheckedServer, Sending } from '../checked-server.ts';
import { anew, requestText } from '../checked-server.ts';
import type { Came } from '../exchange.ts';
import { effectsText, type First, type Seen, type Subject, seen } from '../subject.ts';

/** The same key for another body, after the first one and while it runs. Undefined without such a body. */
export async function otherBody({ server }: Subject, first: First): Promise<Seen | undefined> {
  if (first.request.otherBody === undefined) return undefined;
  const after = await otherAfter(server, first);
  if (after.finding !== undefined) return after;
  return (await otherMeanwhile(server, first)) ?? after;
}

async function otherAfter(server: CheckedServer, first: First): Promise<Seen> {
  const { request, key } = await anew(server, first);
  const before = await server.settledEffects();
  const came = await server.insist(request, { key, isOtherBody: true }, 0);
  const more = (await server.settledEffects()) - before;
  const answer = came.status === 422 && more === 0 ? 'told apart' : bodyAnswer(came, more);
  return told({ answer, question: 'other body', request, what: 'its key with another body', came });
}

/** Undefined where the first one was answered too soon. */
async function otherMeanwhile(server: CheckedServer, first: First): Promise<Seen | undefined> {
  const { request } = first;
  const key = server.newKey();
  const before = await server.effects();
  const sent = server.send(request, { key });
  const pause = new Promise((resolve) => setTimeout(resolve, first.elapsedMs * 0.3));
  await Promise.race([pause, sent.came]);
  if (sent.isOver()) return undefined;
  const came = await server.send(request, { key, isOtherBody: true }).came;
  await sent.came;
  const more = (await server.settledEffects()) - before - first.effects;
  const isApart = (came.status === 422 || isNotNow(came)) && more <= 0;
  const answer = isApart ? 'told apart' : bodyAnswer(came, more);
  const what = 'its key with another body, while the first one ran';
  return told({ answer, question: 'other body', request, what, came });
}

function bodyAnswer(came: Came, more: number): Answer {
  if (more > 0) return 'repeated effect';
  if (isRefusal(came)) return 'refused';
  return isGood(came) ? 'silent damage' : 'stuck';
}

/** The same key, sent by another user: it is theirs, or refused, and nothing of the first one's is shown. */
export async function otherUser({ server }: Subject, clean: First): Promise<Seen> {
  const first = await anew(server, clean);
  const { request, key } = first;
  const before = await server.settledEffects();
  const came = await server.insist(request, { key, isOtherUser: true }, 0);
  const more = (await server.settledEffects()) - before;
  const answer = apart(first, came, more, 'leaked');
  const what = 'its key, sent by another user';
  return told({ answer, question: 'other user', request, what, came, wanted: [more, first] });
}

/** One key for two requests of other paths or methods. Undefined where there are none. */
export async function otherPath(
  { server, telling }: Subject,
  first: First,
): Promise<Seen | undefined> {
  const other = telling.find(
    ({ request: { method = 'POST', path } }) =>
      path !== first.request.path || method !== (first.request.method ?? 'POST'),
  );
  if (other === undefined) return undefined;
  const { request } = other;
  const { key } = await anew(server, first);
  const before = await server.settledEffects();
  const came = await server.insist(request, { key }, 0);
  const more = (await server.settledEffects()) - before;
  const answer = apart(other, came, more, 'silent damage');
  const what = `with the key that ${requestText(first.request)} had`;
  return told({ answer, question: 'other path', request, what, came, wanted: [more, other] });
}

/** The same request with another key is another request. */
export async function otherKey({ server }: Subject, first: First): Promise<Seen> {
  const { request } = first;
  const before = await server.effects();
  const came = await server.insist(request, { key: server.newKey() }, 0);
  const more = (await server.settledEffects()) - before;
  const isSame = came.status === first.came.status && more === first.effects;
  const answer = isSame ? 'told apart' : isGood(came) ? 'silent damage' : 'stuck';
  const what = 'the same again with another key';
  return told({ answer, question: 'other key', request, what, came, wanted: [more, first] });
}

/** A request without a key. */
export async function noKey({ server }: Subject, first: First): Promise<Seen> {
  const { request } = first;
  const sending: Sending = {};
  const before = await server.effects();
  const came = await server.send(request, sending).came;
  const more = (await server.settledEffects()) - before;
  const what = 'without a key';
  return told({ answer: keylessAnswer(), question: 'no key', request, what, came });

  function keylessAnswer(): Answer {
    if (more > 0) return server.how.isKeyRequired ? 'repeated effect' : 'unprotected';
    if (came.status === 400) return 'told apart';
    return isRefusal(came) ? 'refused' : 'stuck';
  }
}

/** Done anew, or refused, is apart; an answer without the effect is not. */
function apart(clean: First, came: Came, more: number, answer: Answer): Answer {
  if (more >= clean.effects && came.status === clean.came.status) return 'told apart';
  if (isRefusal(came) && came.status !== clean.came.status && more === 0) return 'told apart';
  return came.status === undefined ? 'stuck' : answer;
}

interface Told {
  readonly answer: Answer;
  readonly question: ServerQuestion;
  readonly request: First['request'];
  readonly what: string;
  readonly came: Came;
  readonly wanted?: readonly [more: number, first: First];
}

function told({ wanted, ...one }: Told): Seen {
  if (one.answer === 'told apart') return { answer: one.answer };
  if (wanted === undefined) return seen(one);
  const [more, first] = wanted;
  const details = [effectsText(more, first.effects), `the first time: ${cameText(first.came)}`];
  return seen({ ...one, details });
}
