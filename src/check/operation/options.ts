import { type Duration, durationMs } from '../../core/duration.ts';
import { RuntwiceError } from '../../core/errors.ts';
import type { Scenario } from '../report.ts';
import { type EffectName, EffectPort, type Effects } from './effects.ts';
import type { FastCheck } from './interleave.ts';
import type { EffectMoment } from './moments.ts';
import { isEffect } from './ports.ts';
import { isSchedule } from './turns.ts';

/** What can be asked of an operation. */
export type OperationScenario = Extract<Scenario, 'twice' | 'together' | 'interrupted'>;
export const OPERATION_SCENARIOS: readonly OperationScenario[] = [
  'twice',
  'together',
  'interrupted',
];

export interface OperationOptions<E extends Effects> {
  /** What the operation does to the world; it is given these, and does nothing besides. */
  effects: E;
  /**
   * What the effects have come to: plain values, Maps, Sets (a Set is compared without order). Needed unless
   * effects say that they are to happen once.
   */
  observe?: () => unknown;
  /** Brings the world back to its beginning. */
  reset: () => unknown;
  /** Effects that do it again each time they are called, by name: a second call is a repeated effect. */
  once?: readonly EffectName<E>[];
  /** What reports call it; default the name of the function, or `operation`. */
  name?: string;
  /** What to ask; default all. */
  only?: readonly OperationScenario[];
  /** The module fast-check: looks for an order of two at once that does harm. */
  interleave?: FastCheck;
  /** How many orders of two at once are tried with it; default 50. */
  schedules?: number;
  /** Makes fast-check try the same orders again. */
  seed?: number;
  /** Tries that order of two at once only, as a report names it: `aabbba`. */
  schedule?: string;
  /** Kills only before, or after, the effect of this number, as reports name it. */
  killBefore?: number;
  killAfter?: number;
  /** A run that takes longer is taken for one that never ends; default 5 s. */
  timeout?: Duration;
  /** After so long no further kill is begun; default 30 s. */
  budget?: Duration;
}

/** What the options come to, checked. */
export interface SettledOperation<E extends Effects> {
  readonly effects: E;
  readonly observe: (() => unknown) | undefined;
  readonly reset: () => unknown;
  readonly once: ReadonlySet<string>;
  readonly name: string;
  readonly wanted: readonly OperationScenario[];
  readonly interleave: FastCheck | undefined;
  readonly schedules: number;
  readonly seed: number | undefined;
  readonly schedule: string | undefined;
  readonly point: EffectMoment | undefined;
  readonly timeoutMs: number;
  readonly budgetMs: number;
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where one cannot be used. */
export function settledOperation<E extends Effects>(
  run: unknown,
  options: OperationOptions<E>,
): SettledOperation<E> {
  if (typeof run !== 'function') throw wrong('the operation is no function');
  if (!isEffect(options)) throw wrong('there are no options');
  const { effects, observe, reset, once = [], interleave, schedules = 50, seed } = options;
  const { schedule, name = run.name } = options;
  requireEffects(effects, once);
  if (typeof reset !== 'function') throw wrong('reset is no function');
  if (observe !== undefined && typeof observe !== 'function') throw wrong('observe is no function');
  if (!isCount(schedules)) throw wrong(`schedules is no number from 1 on: ${schedules}`);
  if (seed !== undefined && !Number.isInteger(seed))
    throw wrong(`seed is no whole number: ${seed}`);
  if (schedule !== undefined && !isSchedule(schedule)) {
    throw wrong(`schedule is no order of a and b: ${schedule}`);
  }
  if (interleave !== undefined && typeof interleave.scheduler !== 'function') {
    throw wrong('interleave is not fast-check');
  }
  return {
    ...{ effects, observe, reset, interleave, schedules, seed, schedule },
    once: new Set<string>(once),
    name: name === '' ? 'operation' : name,
    wanted: wantedOf(options),
    point: pointOf(options),
    timeoutMs: durationMs(options.timeout ?? '5s', 'timeout'),
    budgetMs: durationMs(options.budget ?? '30s', 'budget'),
  };
}

function wantedOf(options: Omit<OperationOptions<Effects>, 'once'>): readonly OperationScenario[] {
  const { only = OPERATION_SCENARIOS, schedule } = options;
  const isKnown = only.length > 0 && only.every((one) => OPERATION_SCENARIOS.includes(one));
  if (!isKnown) throw wrong(`there is no scenario ${only.join()}`);
  const single = pointOf(options) !== undefined;
  if (single && schedule !== undefined) throw wrong('a schedule and a kill are two runs');
  if (single) return ['interrupted'];
  return schedule === undefined ? only : ['together'];
}

function pointOf({
  killBefore,
  killAfter,
}: Pick<OperationOptions<Effects>, 'killBefore' | 'killAfter'>): EffectMoment | undefined {
  if (killBefore !== undefined && killAfter !== undefined) {
    throw wrong('killBefore and killAfter are two runs');
  }
  const number = killBefore ?? killAfter;
  if (number === undefined) return undefined;
  if (!isCount(number)) throw wrong(`${number} is no number of an effect`);
  return { number, when: killBefore === undefined ? 'after' : 'before' };
}

function requireEffects(effects: unknown, once: readonly string[]): void {
  if (typeof effects !== 'object' || effects === null || Object.keys(effects).length === 0) {
    throw wrong('there are no effects');
  }
  for (const [name, effect] of Object.entries(effects)) {
    if (!isEffect(effect))
      throw wrong(`the effect ${name} is neither a function nor an object of some`);
  }
  for (const name of once) {
    if (typeof at(effects, name) !== 'function') throw wrong(`once names no effect: ${name}`);
  }
}

function at(effects: object, name: string): unknown {
  return name.split('.').reduce<unknown>((value, key) => {
    return isEffect(value) && !(value instanceof EffectPort) ? Reflect.get(value, key) : undefined;
  }, effects);
}

function isCount(number: unknown): boolean {
  return typeof number === 'number' && Number.isInteger(number) && number > 0;
}

function wrong(what: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, {
    fix: 'Nothing was run. Give checkOperation(run, { effects, observe, reset }); see docs/check.md.',
  });
}
