/**
 * Stands for a client. `replace` gives what is there in place of a method, or undefined where the method
 * is to be as it is; each is called on the real client, so that private fields work.
 */
export function proxyOf<T extends object>(
  target: T,
  replace: (name: string, method: (...args: unknown[]) => unknown) => unknown,
): T {
  return new Proxy<T>(target, {
    get(_, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const method = (...args: unknown[]): unknown => Reflect.apply(value, target, args);
      return (typeof key === 'string' ? replace(key, method) : undefined) ?? method;
    },
  });
}
