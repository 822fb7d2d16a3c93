/** Puts a value before the property of an object, until the function that it returns is called. */
export function shadow<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  value: Target[Name],
): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  // To assign is a tenth of the work, and all that a request of node:http needs.
  if (before?.writable === true) {
    target[name] = value;
    return () => {
      target[name] = before.value;
    };
  }
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: true,
  });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}
