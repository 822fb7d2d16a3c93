import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

/** A call of node:fs; those that take a callback are intercepted when they begin. */
export type FsCall = {
  [Name in keyof typeof fs]: (typeof fs)[Name] extends (...args: never[]) => unknown ? Name : never;
}[keyof typeof fs];

// biome-ignore lint/suspicious/noExplicitAny: any call is passed on as it is.
type AnyCall = (...args: any[]) => unknown;

/** One intercepted call. */
export interface Intercepted {
  /** Its arguments; a path given as bytes reads as text here, one character a byte. */
  readonly args: readonly unknown[];
  /** The first argument, as text. */
  readonly path: string;
  /** How many calls before it were taken by the same hook. */
  readonly index: number;
  /** Makes the call itself, unhooked. */
  proceed(): unknown;
}

/** What a hook itself does is not intercepted. */
let isInside = false;

/**
 * Puts a function in front of a call of node:fs, for this test: between two steps of an export
 * something else happens, at an exact moment. `act` gets every call and may make it or throw.
 */
export function onFsCall(name: FsCall, act: (call: Intercepted) => unknown): () => void {
  const all = fs as unknown as Record<string, AnyCall>;
  const original = all[name] as AnyCall;
  let index = 0;
  const hooked: AnyCall = (...args) => {
    if (isInside) return original(...args);
    isInside = true;
    try {
      const proceed = (): unknown => original(...args);
      return act({
        args: args.map(asText),
        path: String(asText(args[0])),
        index: index++,
        proceed,
      });
    } finally {
      isInside = false;
    }
  };
  install(name, Object.assign(hooked, original));
  const restore = (): void => install(name, original);
  onTestFinished(restore);
  return restore;
}

/** Does something once, right before the first such call that `isIt` accepts. */
export function rightBefore(
  name: FsCall,
  act: (call: Intercepted) => void,
  isIt: (call: Intercepted) => boolean = () => true,
): { readonly happened: boolean } {
  const state = { happened: false };
  onFsCall(name, (call) => {
    if (!state.happened && isIt(call)) {
      state.happened = true;
      act(call);
    }
    return call.proceed();
  });
  return state;
}

/** An error as the system reports it. */
export function systemError(code: string, errno: number): Error {
  return Object.assign(new Error(`${code}: as if by the system`), { code, errno: -errno });
}

function install(name: FsCall, call: AnyCall): void {
  (fs as unknown as Record<string, AnyCall>)[name] = call;
  syncBuiltinESMExports();
}

function asText(argument: unknown): unknown {
  return Buffer.isBuffer(argument) ? argument.toString('latin1') : argument;
}
