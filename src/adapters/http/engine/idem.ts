import { randomUUID } from 'node:crypto';
import { RuntwiceError } from '../../../core/errors.ts';
import { type Attempt, remoteKey, type StepOptions } from '../../../once/attempt.ts';

/** What a handler can ask about the key that its request came with. */
export interface Idem<Tx = unknown> {
  /** The key; undefined where the request has none and needs none. */
  readonly key: string | undefined;
  /** 1, and one more with each attempt for this key. */
  readonly attempt: number;
  /** Aborted before another attempt may begin. A client that goes away does not abort it. */
  readonly signal: AbortSignal;
  /** The transaction in which the key was claimed, where the option `transaction` is given. */
  readonly tx: Tx;
  /**
   * A key to pass on to a remote side that honours idempotency keys: the same in every attempt for this key,
   * and another for each name.
   */
  keyFor(name: string): string;
  /**
   * Runs a part of the work once, where the option `steps` is set.
   *
   * Run twice: a step that finished is not run again; its result is given.
   */
  step<Value>(
    name: string,
    run: (key: string) => Value | Promise<Value>,
    options?: StepOptions<Value>,
  ): Promise<Value>;
  /** Asks the store whether this attempt still has the key; throws ERR_RUNTWICE_LEASE_LOST where not. */
  assertOwned(): Promise<void>;
  /** Says that nothing was done: whatever is answered, the key is free again. */
  nothingHappened(): void;
}

/** A handler's view, and what it said. */
export interface IdemState {
  readonly idem: Idem;
  readonly said: { nothingHappened: boolean };
}

export function idemOf(attempt: Attempt): IdemState {
  const said = { nothingHappened: false };
  const idem: Idem = {
    key: attempt.key,
    attempt: attempt.number,
    // Made when it is asked for: most handlers never do.
    get signal() {
      return attempt.signal;
    },
    tx: undefined,
    keyFor: (name) => attempt.keyFor(name),
    step: (name, run, options) => attempt.step(name, run, options),
    assertOwned: () => attempt.assertOwned(),
    nothingHappened: () => {
      said.nothingHappened = true;
    },
  };
  return { idem, said };
}

const NEVER_ABORTED = new AbortController().signal;

/** The same inside a transaction: its claim is committed with the rows, so nothing can take it over. */
export function idemInTransaction(key: string, id: string, tx: object): IdemState {
  const said = { nothingHappened: false };
  const idem: Idem = {
    key,
    attempt: 1,
    signal: NEVER_ABORTED,
    tx,
    keyFor: (name) => remoteKey(id, 0, name),
    step: () => Promise.reject(noSteps()),
    assertOwned: async () => {},
    nothingHappened: () => {
      said.nothingHappened = true;
    },
  };
  return { idem, said };
}

function noSteps(): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', 'a transaction has no steps', {
    fix: 'All of it happens at once: call the function of the step.',
  });
}

/** For a request without a key: each is one of its own. */
export function idemWithoutKey(): Idem {
  const id = randomUUID();
  return {
    key: undefined,
    attempt: 1,
    signal: NEVER_ABORTED,
    tx: undefined,
    keyFor: (name) => remoteKey(id, 0, name),
    step: async (name, run) => run(remoteKey(id, 0, `step ${name}`)),
    assertOwned: async () => {},
    nothingHappened: () => {},
  };
}

/** On the request itself: in a WeakMap, each request would live until the next full garbage collection. */
const IDEM: unique symbol = Symbol('idem');

interface Told {
  [IDEM]?: Idem;
}

/** What the handler of this request, the framework's own, will be given. */
export function tellIdem(request: object, idem: Idem): void {
  (request as Told)[IDEM] = idem;
}

/**
 * What a handler can ask about the key of its request: `idem(req).keyFor('charge')`.
 *
 * Run twice: for one request it is always the same.
 * @param request The framework's own request: Express' `req`, Fastify's `request`, the context of Hono or
 * Koa, a `Request`.
 * @throws ERR_RUNTWICE_INVALID_ARGUMENT where the request did not come through `idempotency()`.
 */
export function idem<Tx = unknown>(request: object): Idem<Tx> {
  const found = (request as Told)[IDEM];
  if (found !== undefined) return found as Idem<Tx>;
  throw new RuntwiceError(
    'ERR_RUNTWICE_INVALID_ARGUMENT',
    'the request did not come through idempotency()',
    { fix: 'Put idempotency() before the handler, and ask with the same request object.' },
  );
}
