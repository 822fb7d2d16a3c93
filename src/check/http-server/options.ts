import { type Duration, durationMs } from '../../core/duration.ts';
import { RuntwiceError } from '../../core/errors.ts';
import type { ServerQuestion } from '../report.ts';

export const SERVER_QUESTIONS: readonly ServerQuestion[] = [
  'twice',
  'together',
  'interrupted',
  'client gone',
  'other body',
  'other user',
  'other path',
  'other key',
  'no key',
];

/** A server that accepts connections. */
export interface RunningServer {
  readonly url: string | URL;
  /** Ends it at once, with all that belongs to it, as SIGKILL does; resolves when it is gone. */
  kill(): Promise<void> | void;
  /** How reports name it; default its address. */
  readonly command?: readonly string[];
}

/**
 * Starts the server with what it kept when it was killed, its database say; resolves when it accepts
 * connections. Run twice: it is called once more after each kill, and never while a server of it runs.
 */
export type StartServer = () => Promise<RunningServer>;

/** A request that the server is asked twice. */
export interface ServerRequest {
  /** Default `POST`. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text or bytes, sent as they are; all else is sent as JSON. */
  readonly body?: unknown;
  /** A body that asks for something else, which is sent with the same key. */
  readonly otherBody?: unknown;
}

export interface ServerProgress {
  readonly question: ServerQuestion | 'first requests';
  /** The request, `POST /orders`. */
  readonly request: string;
}

export interface HttpServerOptions {
  /** What is sent: at least one that has an effect, and one for each kind of answer that it gives. */
  readonly requests: readonly ServerRequest[];
  /**
   * How many effects there were until now: rows in a table, lines in a file, mails at a catcher. It has to
   * survive the kill of the server, and may ask the server, at the address that it is given.
   */
  readonly effects: (url: URL) => number | Promise<number>;
  /** What to ask; default all. */
  readonly only?: readonly ServerQuestion[];
  /** The headers of two users; default an `Authorization` each. */
  readonly users?: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>];
  /** The header that carries the key; default `Idempotency-Key`. */
  readonly keyHeader?: string;
  /** Makes its value of a UUID; default a string in quotes, as the draft of the IETF has it. */
  readonly keyValue?: (id: string) => string;
  /** Whether a request without a key has to be refused; default no. */
  readonly keyRequired?: boolean;
  /** A request that is not answered after so long is ended; default 30 s. */
  readonly timeout?: Duration;
  /** So long the server may hold a key after the kill of the process that had it; default 60 s. */
  readonly recovery?: Duration;
  /** An effect comes at most so long after the answer; default 100 ms. */
  readonly settle?: Duration;
  /** After so long no further kill is begun; default 60 s. */
  readonly budget?: Duration;
  /** Ends the check. */
  readonly signal?: AbortSignal;
  /** Hears what is done next. */
  readonly onProgress?: (progress: ServerProgress) => void;
}

/** The options, checked, with what is meant where nothing is said. */
export interface SettledServer {
  readonly requests: readonly ServerRequest[];
  readonly effects: (url: URL) => number | Promise<number>;
  readonly only: readonly ServerQuestion[];
  readonly users: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>];
  readonly keyHeader: string;
  readonly keyValue: (id: string) => string;
  readonly isKeyRequired: boolean;
  readonly timeoutMs: number;
  readonly recoveryMs: number;
  readonly settleMs: number;
  readonly budgetMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: ServerProgress) => void;
}

/** @throws ERR_RUNTWICE_INVALID_ARGUMENT where one cannot be used. */
export function settledServer(start: StartServer, options: HttpServerOptions): SettledServer {
  const { requests, effects, only = SERVER_QUESTIONS } = options;
  if (typeof start !== 'function') throw wrong('start is no function', 'a function that starts it');
  if (typeof effects !== 'function') throw wrong('effects is no function', 'one that counts them');
  if (!Array.isArray(requests) || requests.length === 0 || !requests.every(isRequest)) {
    throw wrong('the requests are no list of them', "some: [{ path: '/orders', body: {} }]");
  }
  if (only.length === 0 || !only.every((one) => SERVER_QUESTIONS.includes(one))) {
    throw wrong(`there is no question ${only.join()}`, `some of ${SERVER_QUESTIONS.join(', ')}`);
  }
  return {
    requests,
    effects,
    only,
    users: options.users ?? [
      { authorization: 'Bearer runtwice-user-a' },
      { authorization: 'Bearer runtwice-user-b' },
    ],
    keyHeader: options.keyHeader ?? 'Idempotency-Key',
    keyValue: options.keyValue ?? ((id) => `"${id}"`),
    isKeyRequired: options.keyRequired ?? false,
    timeoutMs: durationMs(options.timeout ?? '30s', 'timeout'),
    recoveryMs: durationMs(options.recovery ?? '60s', 'recovery'),
    settleMs: durationMs(options.settle ?? '100ms', 'settle'),
    budgetMs: durationMs(options.budget ?? '60s', 'budget'),
    signal: options.signal,
    onProgress: options.onProgress ?? (() => {}),
  };
}

function isRequest(request: unknown): boolean {
  const path = (request as Partial<ServerRequest> | undefined)?.path;
  return typeof path === 'string' && path.startsWith('/');
}

function wrong(what: string, give: string): RuntwiceError {
  return new RuntwiceError('ERR_RUNTWICE_INVALID_ARGUMENT', what, {
    fix: `Nothing was started. Give ${give}.`,
  });
}
