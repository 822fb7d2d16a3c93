import type { Socket } from 'node:net';

/** How a socket tells that its client is gone. */
const LEAVING = new Set<unknown>(['close', 'end', 'error', 'aborted']);
const LISTENS = new Set<unknown>(['on', 'once', 'addListener', 'prependListener']);

const STATES: ReadonlyMap<unknown, boolean> = new Map([
  ['destroyed', false],
  ['closed', false],
  ['readable', true],
  ['writable', true],
]);

/**
 * The same socket, but that its client seems to stay for ever. Frameworks look at it, or listen to it, to
 * stop an answer that nobody waits for: it has to be whole, so that it can be recorded. `destroy` is what
 * becomes of an attempt to cut it off.
 */
export function stayingSocket(socket: Socket, destroy: (error?: Error) => void): Socket {
  return new Proxy(socket, {
    get(_, name, staying) {
      const state = STATES.get(name);
      if (state !== undefined) return state;
      if (name === 'destroy') return returns(staying, destroy);
      const value: unknown = Reflect.get(socket, name, socket);
      if (typeof value !== 'function') return value;
      if (!LISTENS.has(name)) return value.bind(socket);
      return returns(staying, (event: unknown, listener: unknown) => {
        if (!LEAVING.has(event)) value.call(socket, event, listener);
      });
    },
  });
}

/** The methods of a socket return it. */
function returns<Args extends unknown[]>(staying: unknown, method: (...args: Args) => void) {
  return (...args: Args): unknown => {
    method(...args);
    return staying;
  };
}
