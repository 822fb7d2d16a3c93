import { AsyncLocalStorage } from 'node:async_hooks';

/** The keys whose functions the running code is inside of. */
const chain = new AsyncLocalStorage<readonly string[]>();

export function callChain(): readonly string[] {
  return chain.getStore() ?? [];
}

export function inside<Value>(id: string, run: () => Value): Value {
  return chain.run([...callChain(), id], run);
}
