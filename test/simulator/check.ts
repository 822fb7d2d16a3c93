import type { CallLog, Story } from './schedule.ts';

/** What callers saw and what happened, held against what is promised. */
export function checkCalls(story: Story): string[] {
  return story.plan.keys.flatMap(({ key }) => checkKey(key, story));
}

function checkKey(key: string, story: Story): string[] {
  const calls = story.calls.filter((call) => call.key === key);
  const policy = calls[0]?.policy;
  const happened = story.effects.of(key).length;
  const values = new Set(calls.flatMap(resultOf));
  const wasDelayed = story.delayed.has(key);
  const broken: string[] = [];
  const mayHappenAgain = policy === 'rerun' || (policy === 'look' && !isSteady(story));
  if (happened > 1 && !mayHappenAgain) broken.push(`the effect happened ${happened} times`);
  // A result that could not be saved in time may be another's by the time it is.
  const isOneResult = policy === 'stop' || !wasDelayed;
  if (values.size > 1 && isOneResult) broken.push(`callers got ${values.size} results`);
  for (const call of calls) {
    if (call.settled === undefined && !call.actor.isDead) broken.push('a call never ended');
    if (call.phase === 'calm') broken.push(...checkCalm(call, calls, wasDelayed));
  }
  return broken.map((what) => `${key} (${policy}): ${what}`);
}

/** What a look sees is the truth only while no attempt is taken over that still goes on. */
function isSteady({ plan }: Story): boolean {
  return plan.lossy === 0 && plan.slow === 0 && plan.stops.length + plan.jumps.length === 0;
}

function checkCalm(last: CallLog, calls: readonly CallLog[], wasDelayed: boolean): string[] {
  const { settled } = last;
  if (settled === undefined) return [];
  if (settled.outcome === 'busy') return ['the key is blocked although nobody is at it'];
  const before = calls.filter(({ phase }) => phase === 'storm').flatMap(resultOf);
  const isOtherInput =
    settled.outcome === 'differs' && calls.some(({ input }) => input !== last.input);
  if (before.length === 0 || wasDelayed || isOtherInput) return [];
  return before.includes(resultOf(last)[0] ?? Number.NaN)
    ? []
    : [`a result was lost: ${settled.outcome} after it was given out`];
}

function resultOf({ settled }: CallLog): number[] {
  return settled !== undefined && 'value' in settled ? [settled.value.run] : [];
}
