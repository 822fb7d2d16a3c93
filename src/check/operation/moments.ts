import { spread } from '../scenarios/points.ts';

/** When a run is killed: before the effect of that number, or after it. */
export interface EffectMoment {
  readonly when: 'before' | 'after';
  readonly number: number;
}

/** Before and after each effect; the ends first, then spread, for those that run out of time. */
export function momentsOf(effects: number): EffectMoment[] {
  const all = Array.from({ length: effects }, (_, index) => index + 1).flatMap((number) => [
    { when: 'before' as const, number },
    { when: 'after' as const, number },
  ]);
  const [first, ...rest] = all;
  const last = rest.pop();
  if (first === undefined || last === undefined) return all;
  return [first, last, ...spread(rest.map((_, index) => index)).flatMap((at) => rest[at] ?? [])];
}
