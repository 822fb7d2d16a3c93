import { KILLS, LEAVINGS, type Moment } from '../moments.ts';
import { type First, type Seen, type Subject, seen } from '../subject.ts';
import { type Cut, cut } from './cut.ts';

/** What was seen, and of how many moments. */
export interface Tried {
  readonly seen: readonly Seen[];
  readonly found: number;
  readonly tried: number;
}

/** Killed in the middle and after its answer, and started again; until it is late. */
export function interrupted(
  { server }: Subject,
  first: First,
  isLate: () => boolean,
): Promise<Tried> {
  const act = () => server.restart();
  return tryEach(KILLS, { question: 'interrupted', server, first, act }, isLate);
}

/** The client closes its connection in the middle, and comes again. */
export function clientGone({ server }: Subject, first: First): Promise<Tried> {
  const act = async (leave: () => void) => leave();
  return tryEach(LEAVINGS, { question: 'client gone', server, first, act }, () => false);
}

async function tryEach(
  moments: readonly Moment[],
  how: Omit<Cut, 'moment'>,
  isLate: () => boolean,
): Promise<Tried> {
  const all: Seen[] = [];
  let isSeenInside = false;
  for (const moment of moments) {
    // Where it is stuck once, each further moment would cost as long, and say the same.
    if (isLate() || all.some(({ answer }) => answer === 'stuck')) break;
    const one = await cut({ ...how, moment });
    if (one === undefined) continue;
    all.push(one);
    isSeenInside ||= moment !== 'it was answered';
  }
  const tried = all.length;
  if (!isSeenInside) all.push(unseen(how, isLate()));
  return { seen: all, found: moments.length, tried };
}

function unseen(
  { question, first: { request, came } }: Omit<Cut, 'moment'>,
  isLate: boolean,
): Seen {
  const what = isLate
    ? 'no time was left for it: give a longer budget'
    : 'it was answered before it could be cut off: let its handler take 200 ms';
  return seen({ question, answer: 'inconclusive', request, what, came });
}
