import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { shadow } from './shadow.ts';

/** What a response that is held says of itself. */
export interface HeldStates {
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  /** The socket as its handler sees it. */
  stays(socket: Socket): Socket;
}

const HELD: unique symbol = Symbol('held');

interface Held extends ServerResponse {
  [HELD]?: HeldStates | undefined;
}

/**
 * The same for all responses, and left on them when they are no longer held. An accessor of each one's own is
 * a part of the shape of the object, and shapes, with all that they refer to, live until the next full
 * garbage collection: each request would.
 */
const ACCESSORS: PropertyDescriptorMap = {
  headersSent: {
    configurable: true,
    get(this: Held): unknown {
      return this[HELD]?.headersSent ?? inherited(this, 'headersSent');
    },
  },
  writableEnded: {
    configurable: true,
    get(this: Held): unknown {
      return this[HELD]?.writableEnded ?? inherited(this, 'writableEnded');
    },
  },
  socket: {
    configurable: true,
    get(this: Held): unknown {
      const socket = inherited(this, 'socket') as Socket | null;
      return this[HELD] === undefined ? socket : socket && this[HELD].stays(socket);
    },
    // Node gives a response its socket when those before it on a connection are sent.
    set(this: Held, socket: unknown): void {
      Reflect.set(Object.getPrototypeOf(this), 'socket', socket, this);
    },
  },
};

/**
 * Makes a response say that what is held was sent, so that nobody answers again, and its client seem to
 * stay, until the function that it returns is called.
 */
export function holdStates(response: ServerResponse, states: HeldStates): () => void {
  const held: Held = response;
  const before = held[HELD];
  const others = before === undefined ? ownStates(held) : [];
  held[HELD] = states;
  if (before === undefined) Object.defineProperties(held, ACCESSORS);
  const { req } = response;
  // Requests that were made up for a test may have none.
  const undo = shadow(req, 'socket', req.socket && states.stays(req.socket));
  return () => {
    held[HELD] = before;
    for (const [name, descriptor] of others) Object.defineProperty(held, name, descriptor);
    undo();
  };
}

/** Those that somebody else gave this response. */
function ownStates(response: ServerResponse): [name: string, descriptor: PropertyDescriptor][] {
  const own: [string, PropertyDescriptor][] = [];
  for (const name in ACCESSORS) {
    const descriptor = Object.getOwnPropertyDescriptor(response, name);
    if (descriptor !== undefined) own.push([name, descriptor]);
  }
  return own;
}

function inherited(response: ServerResponse, name: string): unknown {
  return Reflect.get(Object.getPrototypeOf(response), name, response);
}
