// Which requests have an effect each time they come, and which came more often than they should.
import { count } from '../../words.ts';
import type { Sent } from './recorder.ts';

/** By RFC 9110 the other methods do no more when they come again. */
const REPEATED = new Set(['POST', 'PATCH']);

/** How often each effect was asked for: the same key again is the same effect. */
function effectsOf(sent: readonly Sent[]): Map<string, number> {
  const effects = new Map<string, number>();
  const keys = new Set<string>();
  for (const { method, url, key, isWhole } of sent) {
    if (!REPEATED.has(method) || !isWhole) continue;
    const name = `${method} ${url}`;
    const isNew = key === undefined || !keys.has(`${name} ${key}`);
    if (key !== undefined) keys.add(`${name} ${key}`);
    effects.set(name, (effects.get(name) ?? 0) + Number(isNew));
  }
  return effects;
}

/** The effects of which there are more than wanted, and those of which there are fewer, in words. */
export interface Repeats {
  readonly more: readonly string[];
  readonly fewer: readonly string[];
}

export function repeatsOf(wanted: readonly Sent[], found: readonly Sent[]): Repeats {
  const [before, after] = [effectsOf(wanted), effectsOf(found)];
  const more: string[] = [];
  const fewer: string[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [want, have] = [before.get(name) ?? 0, after.get(name) ?? 0];
    const text = `${count(have, 'time')} ${name}, ${want} in a clean run${keyText(name, found)}`;
    if (have > want) more.push(text);
    if (have < want) fewer.push(text);
  }
  return { more, fewer };
}

function keyText(name: string, sent: readonly Sent[]): string {
  const keys = sent.filter(({ method, url }) => `${method} ${url}` === name).map(({ key }) => key);
  if (keys.length === 0) return '';
  return keys.includes(undefined)
    ? '; without an Idempotency-Key'
    : '; each with another Idempotency-Key';
}
