import { inspect } from 'node:util';
import { EffectPort, type EffectRun, type Effects, type Ports } from './effects.ts';

/** What one run is given in place of the effects. */
export function portsOf<E extends Effects>(
  effects: E,
  once: ReadonlySet<string>,
  run: EffectRun,
): Ports<E> {
  const port = (name: string, effect: object, owner: unknown): object => {
    if (effect instanceof EffectPort) return effect.make(run);
    if (typeof effect !== 'function') return objectPort(name, effect);
    return (...args: unknown[]) =>
      run.effect({ text: callText(name, args), once: once.has(name) }, () =>
        Reflect.apply(effect, owner, args),
      );
  };
  /** Not a copy: methods of classes, also with private fields, are called on the real one. */
  const objectPort = (name: string, target: object): object =>
    new Proxy(
      {},
      {
        get(_, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (typeof key === 'symbol' || !isEffect(value)) return value;
          return port(`${name}.${key}`, value, target);
        },
        has: (_, key) => key in target,
      },
    );
  const ports = Object.entries(effects).map(([name, effect]) => [
    name,
    port(name, effect, undefined),
  ]);
  return Object.fromEntries(ports) as Ports<E>;
}

/** A function, or an object that may have some; data is given as it is. */
export function isEffect(value: unknown): value is object {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  return !(
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    value instanceof Date ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Promise
  );
}

/** `put('o1', { paid: true })`. */
export function callText(name: string, args: readonly unknown[]): string {
  return `${name}(${args.map(valueText).join(', ')})`;
}

/** A value on one line; the same for the same value. */
export function valueText(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, compact: true, sorted: true });
}
