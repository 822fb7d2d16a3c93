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

const known = new WeakMap<Socket, Socket>();

/**
 * The same socket, but that its client seems to stay for ever. Frameworks look at it, or listen to it, to
 * stop an answer that nobody waits for: it has to be whole, so that it can be recorded.
 */
export function stayingSocket(socket: Socket): Socket {
  const staying = known.get(socket) ?? new Proxy(socket, { get: seen });
  known.set(socket, staying);
  return staying;
}

function seen(socket: Socket, name: string | symbol, staying: unknown): unknown {
  const state = STATES.get(name);
  if (state !== undefined) return state;
  const value: unknown = Reflect.get(socket, name, socket);
  if (typeof value !== 'function') return value;
  if (!LISTENS.has(name)) return value.bind(socket);
  return (event: unknown, listener: unknown) => {
    if (!LEAVING.has(event)) value.call(socket, event, listener);
    return staying;
  };
}
